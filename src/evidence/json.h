// Described structs to JSON and back (Boost.Describe, Boost.JSON). Members that hold their default are left
// out, so that a new member does not change the hash of evidence that does not have it; unknown members are
// skipped. Included by a few .cpp files only.
#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/text.h"
#include "evidence/observed.h"

namespace utsyn::describe {

namespace json = boost::json;

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsObserved : std::false_type {};
template <class T>
struct IsObserved<Observed<T>> : std::true_type {
  using Value = T;
};

template <class T>
json::value to_json(const T& value);
template <class T>
bool from_json(const json::value& in, T& out);

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;

template <class T>
json::value to_json(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_enum_v<T>) {
    return json::string(boost::describe::enum_to_string(value, "?"));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    // What a peer sent may be any bytes; JSON must be UTF-8.
    return json::string(valid_utf8(value) ? value : printable(value, value.size()));
  } else if constexpr (IsVector<T>::value) {
    json::array out;
    out.reserve(value.size());
    for (const auto& item : value) out.push_back(to_json(item));
    return out;
  } else if constexpr (IsObserved<T>::value) {
    if (const auto* seen = value.seen()) return to_json(*seen);
    return json::object{{"unseen", to_json(value.unseen())}};
  } else {
    json::object out;
    static const T defaults{};
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      const auto& field = value.*member.pointer;
      if (!(field == defaults.*member.pointer)) out.emplace(member.name, to_json(field));
    });
    return out;
  }
}

template <class T>
bool from_json(const json::value& in, T& out) {
  if constexpr (std::is_same_v<T, bool>) {
    if (!in.is_bool()) return false;
    out = in.get_bool();
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    // Names are compared as C strings: one with a zero byte in it would end there and be taken for a shorter.
    return in.is_string() && in.get_string().find('\0') == json::string::npos &&
           boost::describe::enum_from_string(in.get_string().c_str(), out);
  } else if constexpr (std::is_integral_v<T>) {
    if (!in.is_int64() || !std::in_range<T>(in.get_int64())) return false;
    out = static_cast<T>(in.get_int64());
    return true;
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!in.is_string()) return false;
    out.assign(in.get_string().data(), in.get_string().size());
    return true;
  } else if constexpr (IsVector<T>::value) {
    if (!in.is_array()) return false;
    out.clear();
    for (const auto& item : in.get_array()) {
      typename T::value_type one{};
      if (!from_json(item, one)) return false;
      out.push_back(std::move(one));
    }
    return true;
  } else if constexpr (IsObserved<T>::value) {
    if (in.is_object() && in.get_object().size() == 1 && in.get_object().contains("unseen")) {
      Unseen why{};
      if (!from_json(in.get_object().at("unseen"), why)) return false;
      out = T(why);
      return true;
    }
    typename IsObserved<T>::Value value{};
    if (!from_json(in, value)) return false;
    out = T(std::move(value));
    return true;
  } else {
    if (!in.is_object()) return false;
    const auto& object = in.get_object();
    bool good = true;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      if (const auto* found = object.if_contains(member.name))
        good = good && from_json(*found, out.*member.pointer);
    });
    return good;
  }
}

}  // namespace utsyn::describe
