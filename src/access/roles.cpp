#include "access/roles.h"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <string>

namespace utsyn::access {
namespace {

template <class Enum>
std::optional<Enum> named(std::string_view word) {
  Enum value{};
  if (!boost::describe::enum_from_string(std::string(word).c_str(), value)) return std::nullopt;
  return value;
}

}  // namespace

std::string_view word(Role role) { return boost::describe::enum_to_string(role, "?"); }
std::string_view word(Detail detail) { return boost::describe::enum_to_string(detail, "?"); }
std::string_view word(Permission permission) { return boost::describe::enum_to_string(permission, "?"); }
std::optional<Role> role_named(std::string_view word) { return named<Role>(word); }
std::optional<Detail> detail_named(std::string_view word) { return named<Detail>(word); }
std::optional<Permission> permission_named(std::string_view word) { return named<Permission>(word); }

std::vector<std::string_view> words(std::uint32_t permissions) {
  std::vector<std::string_view> out;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Permission>>([&](const auto& permission) {
    if ((permissions & bits({permission.value})) != 0) out.emplace_back(permission.name);
  });
  return out;
}

}  // namespace utsyn::access
