// Why something a person asked of the register is not done. Thrown inside the transaction, so that nothing of
// it stays; the words people read hang on the code (data/texts/register.json).
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace utsyn::footprint {

// A member that cannot be taken, and why: part of a refusal, and of an import's report.
struct Fault {
  std::string field;
  std::string code;
  std::vector<std::string> values;  // what stands in the {} of the text
  bool operator==(const Fault&) const = default;
};

class Refused : public std::exception {
 public:
  enum class Kind { wrong, conflict, absent, forbidden };
  Refused(Kind kind, Fault fault) : kind_(kind), fault_(std::move(fault)) {}
  const char* what() const noexcept override { return fault_.code.c_str(); }
  Kind kind() const { return kind_; }
  const Fault& fault() const { return fault_; }

 private:
  Kind kind_;
  Fault fault_;
};

[[noreturn]] inline void refuse(Refused::Kind kind, std::string field, std::string code,
                                std::vector<std::string> values = {}) {
  throw Refused(kind, {std::move(field), std::move(code), std::move(values)});
}

}  // namespace utsyn::footprint
