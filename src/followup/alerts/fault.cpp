#include "followup/alerts/fault.h"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "base/text.h"

namespace utsyn::followup::alerts {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostOfValue = 400;

}  // namespace

std::string kept(FaultCode code, const std::vector<std::string>& values) {
  json::array list;
  for (const auto& value : values) list.emplace_back(printable(value, kMostOfValue));
  return json::serialize(
      json::object{{"code", boost::describe::enum_to_string(code, "?")}, {"values", std::move(list)}});
}

Fault fault_of(std::string_view kept) {
  Fault words{.code = std::nullopt, .values = {std::string(kept)}};
  boost::system::error_code error;
  const auto parsed = json::parse(kept, error);
  const auto* object = error ? nullptr : parsed.if_object();
  const auto* name = object == nullptr ? nullptr : object->if_contains("code");
  FaultCode code{};
  if (name == nullptr || !name->is_string() ||
      !boost::describe::enum_from_string(name->get_string().c_str(), code))
    return words;
  Fault out{.code = code, .values = {}};
  const auto* values = object->if_contains("values");
  if (values == nullptr || !values->is_array()) return out;
  for (const auto& value : values->get_array())
    if (value.is_string()) out.values.emplace_back(value.get_string());
  return out;
}

}  // namespace utsyn::followup::alerts
