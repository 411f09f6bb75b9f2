// Of whom active questions may be asked (design.md section 4): hosts that lie under a domain whose owner has
// proved it, and are the owner's by every sign there is. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/dns.h"
#include "store/store.h"

namespace utsyn::engine {

// The name is a proved domain or lies below one. A public suffix is nobody's to prove.
bool covers(const std::vector<std::string>& proved, std::string_view name);

// Covered, not a supplier's, surely the organisation's, and with no alias that leads out of what was proved:
// behind such an alias stands somebody else's machine.
bool may_be_asked(const std::vector<std::string>& proved, const store::Asset& asset, const DnsAnswers& dns);

}  // namespace utsyn::engine
