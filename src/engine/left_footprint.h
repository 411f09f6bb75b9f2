// Which assets an organisation no longer has: a mail server without an MX record, a host whose name is gone,
// a domain that was given up. Their findings close, for nobody can mend them any more.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/assess.h"

namespace utsyn::engine {

// Of the assets with findings, those that a measurement of the whole organisation did not come upon. One
// whose look-up failed may still be there and is not among them.
std::vector<std::string> left_footprint(std::span<const SeenAsset> seen,
                                        std::span<const store::Finding> before);

}  // namespace utsyn::engine
