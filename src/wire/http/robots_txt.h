// robots.txt (RFC 9309): what the site asks robots to leave alone, and what that list tells others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace utsyn::wire {

struct RobotsTxt {
  std::vector<std::string> disallow;  // every path once, all user agents together, at most 1000
  std::vector<std::string> sitemaps;
  bool blocks_everything = false;  // "Disallow: /" for "*"
  bool truncated = false;          // past 500 KiB or 1000 paths
};

RobotsTxt parse_robots_txt(std::string_view body);
// The disallowed paths that point somewhere interesting: admin, backup, api, login, config...
std::vector<std::string> telling_paths(const RobotsTxt& robots);

}  // namespace utsyn::wire
