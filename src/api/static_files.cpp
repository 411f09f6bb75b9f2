#include "api/static_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/hash.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 2'000;
constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20U;

// No inline script, no inline style, nothing from elsewhere. Pictures may be data: addresses, since the
// design system draws its signs so.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

std::string type_of(const fs::path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".pdf", "application/pdf"},
      {".webmanifest", "application/manifest+json"},
  }};
  const auto ending = path.extension().string();
  const auto* found = std::ranges::find(kTypes, ending, [](const auto& entry) { return entry.first; });
  return found == kTypes.end() ? "application/octet-stream" : std::string(found->second);
}

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool takes_gzip(std::string_view header) {
  while (!header.empty()) {
    auto one = cut(header, ',');
    const auto name = lower(trim(cut(one, ';')));
    if (name == "gzip" || name == "*") return trim(one) != "q=0";
  }
  return false;
}

bool knows(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    auto one = trim(cut(header, ','));
    if (one.starts_with("W/")) one = one.substr(2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

}  // namespace

Result<std::shared_ptr<const StaticFiles>, std::string> StaticFiles::open(const fs::path& folder) {
  const auto refuse = [&](std::string_view words) {
    return unexpected(fmt::format("--web {}: {}", folder.string(), words));
  };
  std::error_code error;
  if (!fs::is_regular_file(folder / "index.html", error))
    return refuse("there is no index.html; make the files with scripts/web, or give the folder they are in");
  auto out = std::make_shared<StaticFiles>();
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    // A link might lead out of the folder.
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    bytes += entry.file_size();
    if (bytes > kMostBytes || out->files_.size() >= kMostFiles)
      return refuse("it holds more than a web interface would; give the folder that scripts/web makes");
    const auto name = entry.path().lexically_relative(folder).generic_string();
    if (name.ends_with(".gz")) {
      out->files_[name.substr(0, name.size() - 3)].packed = content_of(entry.path());
      continue;
    }
    auto& file = out->files_[name];
    file.body = content_of(entry.path());
    file.type = type_of(entry.path());
    file.etag = '"' + sha256_hex(file.body).substr(0, 32) + '"';
    file.hashed = name.starts_with("assets/");
  }
  if (error) return refuse(error.message());
  std::erase_if(out->files_, [](const auto& entry) { return entry.second.type.empty(); });
  return std::shared_ptr<const StaticFiles>(std::move(out));
}

bool StaticFiles::covers(const Request& request, const std::vector<std::string>& path) {
  if (request.method != "GET" && request.method != "HEAD") return false;
  return path.empty() || (path[0] != "api" && path[0] != ".well-known");
}

Response StaticFiles::answer(const Request& request, const std::vector<std::string>& path) const {
  const auto name = fmt::format("{}", fmt::join(path, "/"));
  // A segment may hold a decoded slash; then it is no name of a file, though it could read like one.
  const bool plain =
      std::ranges::none_of(path, [](const std::string& part) { return part.find('/') != std::string::npos; });
  auto found = plain ? files_.find(name) : files_.end();
  if (found == files_.end()) {
    if (!path.empty() && path[0] == "assets") not_found("file");
    found = files_.find("index.html");
  }
  const auto& file = found->second;
  Response response;
  response.type = file.type;
  response.body = file.body;
  response.headers.emplace_back("Cache-Control",
                                file.hashed ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("Content-Security-Policy", std::string(kContentPolicy));
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.emplace_back("Permissions-Policy",
                                "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  const bool packed = !file.packed.empty() && takes_gzip(request.header("accept-encoding"));
  // The packed body is another representation and has an ETag of its own.
  const auto etag = packed ? file.etag.substr(0, file.etag.size() - 1) + "-gz\"" : file.etag;
  response.headers.emplace_back("ETag", etag);
  const auto known = request.header("if-none-match");
  if (!known.empty() && knows(known, etag)) {
    response.status = 304;
    response.type.clear();
    response.body.clear();
    return response;
  }
  if (packed) {
    response.body = file.packed;
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  return response;
}

fs::path default_web_folder() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  // /usr/bin/utsyn has /usr/share/utsyn/web; build/release/utsyn has build/web/dist.
  const auto beside = program.parent_path().parent_path();
  for (const auto* place : {"share/utsyn/web", "web/dist"}) {
    if (fs::is_regular_file(beside / place / "index.html", error)) return beside / place;
  }
  return {};
}

}  // namespace utsyn::api
