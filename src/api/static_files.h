// The files of the web interface, served from memory. They are read once, when the service starts: an address
// is looked up in a table of what was there, so no request ever names a file of the machine.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "api/route.h"
#include "base/result.h"

namespace utsyn::api {

class StaticFiles {
 public:
  // Reads a folder made by scripts/web. The reason when it holds no index.html, or more than it should.
  static Result<std::shared_ptr<const StaticFiles>, std::string> open(const std::filesystem::path& folder);

  // For GET and HEAD. The file, or index.html for an address that the interface itself knows how to read; 404
  // for what must be a file and is none. `path` is decoded, segment by segment.
  Response answer(const Request& request, const std::vector<std::string>& path) const;
  // Whether an address is the interface's at all: /api/ and /.well-known/ never are.
  static bool covers(const Request& request, const std::vector<std::string>& path);

  std::size_t size() const { return files_.size(); }

 private:
  struct File {
    std::string type;
    std::string body;
    std::string packed;  // gzip; empty: there is none
    std::string etag;
    bool hashed = false;  // its name changes with its content
  };
  std::map<std::string, File, std::less<>> files_;  // by "assets/index-abc123.js"
};

// Where the interface is when nobody says: beside the program's share folder, or in the build folder the
// program stands in. Empty: nowhere.
std::filesystem::path default_web_folder();

}  // namespace utsyn::api
