// Sentences that hosting providers show for a name nobody has claimed (compared in November 2026 with
// fingerprints.json of github.com/EdOverflow/can-i-take-over-xyz, in several of its versions). With the
// provider's suffix in the CNAME they tell that a stranger could claim it; alone they tell nothing.
#pragma once

#include <string_view>

namespace utsyn::probe {

struct UnclaimedMarker {
  std::string_view provider;
  std::string_view marker;
};

inline constexpr UnclaimedMarker kUnclaimedMarkers[] = {
    {"github-pages", "There isn't a GitHub Pages site here."},
    {"aws-s3", "<Code>NoSuchBucket</Code>"},
    {"heroku", "herokucdn.com/error-pages/no-such-app.html"},
    {"azure-app-service", "404 Web Site not found"},
    {"shopify", "Sorry, this shop is currently unavailable"},
    {"ghost", "The thing you were looking for is no longer here, or never was"},
    {"ghost", "Failed to resolve DNS path for this host"},
    {"surge", "project not found"},
    {"pantheon", "The gods are wise, but do not know of the site which you seek"},
    {"pantheon", "404 error unknown site!"},
    {"wordpress-com", "Do you want to register"},
    {"tumblr", "Whatever you were looking for doesn't currently exist at this address"},
    {"readme-io", "Project doesnt exist... yet!"},
    {"readme-io", "The creators of this project are still working on making everything perfect!"},
    {"helpjuice", "We could not find what you're looking for."},
    {"help-scout", "No settings were found for this company:"},
    {"hatena-blog", "404 Blog is not found"},
    {"netlify", "Not Found - Request ID:"},
    {"bitbucket", "Repository not found"},
};

constexpr std::string_view unclaimed_marker(std::string_view body) {
  for (const auto& [provider, marker] : kUnclaimedMarkers) {
    if (body.substr(0, 65'536).find(marker) != std::string_view::npos) return provider;
  }
  return {};
}

}  // namespace utsyn::probe
