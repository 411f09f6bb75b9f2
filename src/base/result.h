// A value or the reason there is none. Tested with `if (!x)`: libstdc++ 12 has no and_then on expected.
#pragma once

#include <expected>

namespace utsyn {

template <class T, class E>
using Result = std::expected<T, E>;
using std::unexpected;

}  // namespace utsyn
