// Services where a name that nobody uses any more can be claimed by anyone, by the suffix of what an alias
// points to. Compared in November 2026 with the collection "Can I take over XYZ?"
// (github.com/EdOverflow/can-i-take-over-xyz, fingerprints.json): services it holds to be not vulnerable, as
// they ask for proof of the domain, are left out. A suffix alone proves nothing: a missing name, or the
// provider's own "nothing here" page, must be seen with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace utsyn::checks {

// The provider whose customers' names end in such a suffix, "Azure App Service"; empty when there is none.
std::string_view claimable_provider(std::string_view target);

// The DNS hosting service that a name server belongs to, where anybody may add a zone that the service does
// not serve yet and have it answered by the same servers; empty when there is none.
std::string_view claimable_dns_host(std::string_view name_server);

// Two spellings of one provider: "GitHub Pages" and "github-pages", "Heroku" and "Heroku app".
bool same_provider(std::string_view a, std::string_view b);

}  // namespace utsyn::checks
