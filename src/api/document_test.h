// The contract as tests read it.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "api/openapi.h"
#include "base/text.h"

namespace utsyn::api {

inline const boost::json::object& document() {
  static const auto value = boost::json::parse(openapi_document());
  return value.as_object();
}

// The entry itself, or what its $ref names.
inline const boost::json::object& followed(const boost::json::value& entry) {
  const auto* reference = entry.as_object().if_contains("$ref");
  if (reference == nullptr) return entry.as_object();
  const boost::json::value* at = nullptr;
  const auto path = std::string(reference->as_string()).substr(2);
  for (const auto step : split(path, '/')) at = at == nullptr ? &document().at(step) : &at->at(step);
  return followed(*at);
}

}  // namespace utsyn::api
