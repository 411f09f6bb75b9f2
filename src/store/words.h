// Enumerations in the store are their words.
#pragma once

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <string>

namespace utsyn::store {

template <class Enum>
std::string word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}
template <class Enum>
Enum value_of(const std::string& text, Enum otherwise) {
  Enum out = otherwise;
  boost::describe::enum_from_string(text.c_str(), out);
  return out;
}

}  // namespace utsyn::store
