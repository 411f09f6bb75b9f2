// What a database can fail with. As a value where a person can do something about it (opening, saving),
// thrown as Failure inside a unit of work, where only this request or job can die of it.
#pragma once

#include <exception>
#include <string>

#include "base/result.h"

namespace utsyn::store {

enum class ErrorKind {
  locked,         // another process holds it
  newer_version,  // written by a newer Utsyn; never touched
  not_a_store,    // some other file or database
  corrupt,
  disk_full,
  cannot_open,  // folder missing, no permission, read-only, no such server
  failed        // anything else the database says
};
struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;  // names the step, the file and the next action; never a password
};

class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.message.c_str(); }
  const Error& error() const { return error_; }

 private:
  Error error_;
};

}  // namespace utsyn::store
