#include "wire/http/robots_txt.h"

#include <algorithm>

#include "base/text.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxRobotsBytes = 512000;  // what RFC 9309 section 2.5 asks a robot to read at least
constexpr std::size_t kMaxPaths = 1000;
constexpr std::size_t kMaxPath = 2048;

constexpr std::string_view kTelling[] = {
    "admin",  "backup",     "bak",     "api",     "login",    "logon",         "signin", "config", "private",
    "intern", "secret",     "test",    "staging", "dev",      "debug",         "sql",    "db",     "database",
    "dump",   "phpmyadmin", "cgi-bin", "git",     "svn",      "upload",        "tmp",    "temp",   "old",
    "log",    "logs",       "manager", "console", "wp-admin", "administrator", "portal", "hidden", "install",
    "setup",  "cpanel",     "jenkins", "graphql",
};

void add_once(std::vector<std::string>& list, std::string_view value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.emplace_back(value);
}

}  // namespace

RobotsTxt parse_robots_txt(std::string_view body) {
  RobotsTxt out;
  out.truncated = body.size() > kMaxRobotsBytes;
  body = body.substr(0, kMaxRobotsBytes);
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  bool for_everyone = false;
  bool in_agents = false;  // several User-agent lines in a row share the rules after them
  while (!body.empty()) {
    auto line = cut(body, '\n');
    line = trim(line.substr(0, line.find('#')));
    if (line.find(':') == std::string_view::npos) continue;
    const auto field = trim(cut(line, ':'));
    const auto value = trim(line).substr(0, kMaxPath);
    if (iequals(field, "user-agent")) {
      for_everyone = (in_agents && for_everyone) || value == "*";
      in_agents = true;
      continue;
    }
    if (iequals(field, "sitemap")) {
      if (out.sitemaps.size() < kMaxPaths) add_once(out.sitemaps, value);
      continue;
    }
    in_agents = false;
    if (!iequals(field, "disallow") || value.empty()) continue;
    if (value == "/" && for_everyone) out.blocks_everything = true;
    if (out.disallow.size() == kMaxPaths) {
      out.truncated = true;
      break;
    }
    add_once(out.disallow, value);
  }
  return out;
}

std::vector<std::string> telling_paths(const RobotsTxt& robots) {
  std::vector<std::string> paths;
  for (const auto& path : robots.disallow) {
    const auto text = lower(path);
    bool tells = false;
    // Whole words only: "/testimonials" is not "test".
    for (std::size_t at = 0; at < text.size() && !tells;) {
      const auto start = text.find_first_not_of("/*?$&=._ ", at);
      if (start == std::string::npos) break;
      const auto end = std::min(text.find_first_of("/*?$&=._ ", start), text.size());
      const auto word = std::string_view(text).substr(start, end - start);
      tells = std::find(std::begin(kTelling), std::end(kTelling), word) != std::end(kTelling);
      at = end;
    }
    if (tells) paths.push_back(path);
  }
  return paths;
}

}  // namespace utsyn::wire
