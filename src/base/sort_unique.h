// A list whose order says nothing, in the one order that makes two of them comparable.
#pragma once

#include <algorithm>
#include <vector>

namespace utsyn {

template <class Value>
void sort_unique(std::vector<Value>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace utsyn
