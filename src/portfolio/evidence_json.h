// Evidence as the store keeps it, read without trust: it is ours, yet an older version may have written it.
// What is not as expected says nothing.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string_view>

namespace utsyn::portfolio {

inline const boost::json::value* member(const boost::json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}
inline std::string_view text_in(const boost::json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view{};
}
inline std::span<const boost::json::value> list_in(const boost::json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  if (found == nullptr || !found->is_array()) return {};
  return {found->get_array().data(), found->get_array().size()};
}
inline int port_in(const boost::json::value& value, std::string_view name) {
  const auto* found = member(value, name);
  const auto port = found != nullptr && found->is_int64() ? found->get_int64() : 0;
  return port > 0 && port < 65'536 ? static_cast<int>(port) : 0;
}

}  // namespace utsyn::portfolio
