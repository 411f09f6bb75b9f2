#include "api/query_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "api/openapi.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;

struct Parameter {
  std::string name;
  bool required = false;
  bool many = false;                                             // may stand more than once
  bool truth = false;                                            // true or false
  std::vector<std::string> choices;                              // empty: no list of words
  std::optional<std::pair<std::int64_t, std::int64_t>> between;  // of a whole number
  std::optional<std::size_t> longest;                            // in characters
};

struct Operation {
  bool others = false;  // takes whatever comes
  std::vector<Parameter> parameters;
};

using Operations = std::map<std::string, Operation, std::less<>>;

const json::object& followed(const json::value& document, const json::value& entry) {
  const auto* reference = entry.as_object().if_contains("$ref");
  if (reference == nullptr) return entry.as_object();
  const json::value* at = &document;
  const std::string path(reference->as_string());
  for (const auto step : split(std::string_view(path).substr(2), '/')) at = &at->at(step);
  return followed(document, *at);
}

std::optional<std::int64_t> number_in(const json::object& schema, std::string_view name) {
  const auto* value = schema.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

Parameter read_parameter(const json::value& document, const json::object& said) {
  Parameter out;
  out.name = std::string(said.at("name").as_string());
  if (const auto* required = said.if_contains("required")) out.required = required->as_bool();
  const auto* schema = &followed(document, said.at("schema"));
  out.many = schema->contains("items");
  if (out.many) schema = &followed(document, schema->at("items"));
  const auto* type = schema->if_contains("type");
  const bool whole = type != nullptr && *type == "integer";
  out.truth = type != nullptr && *type == "boolean";
  if (const auto* choices = schema->if_contains("enum")) {
    for (const auto& choice : choices->as_array())
      out.choices.push_back(choice.is_string() ? std::string(choice.get_string()) : json::serialize(choice));
  } else if (const auto most = number_in(*schema, "maximum"); whole && most) {
    out.between = {number_in(*schema, "minimum").value_or(0), *most};
  }
  if (const auto longest = number_in(*schema, "maxLength")) out.longest = static_cast<std::size_t>(*longest);
  return out;
}

Operations read_operations() {
  const auto document = json::parse(openapi_document());
  Operations out;
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& entry : path.value().as_object()) {
      const auto* said = entry.value().if_object();
      if (said == nullptr || !said->contains("operationId")) continue;
      auto& operation = out[std::string(said->at("operationId").as_string())];
      operation.others = said->contains("x-other-parameters");
      for (const auto* holder : {&path.value().as_object(), said}) {
        const auto* parameters = holder->if_contains("parameters");
        if (parameters == nullptr) continue;
        for (const auto& one : parameters->as_array()) {
          const auto& parameter = followed(document, one);
          if (parameter.at("in") == "query")
            operation.parameters.push_back(read_parameter(document, parameter));
        }
      }
      if (std::ranges::find(operation.parameters, "lang", &Parameter::name) == operation.parameters.end()) {
        Parameter language;
        language.name = "lang";
        language.choices = {"nb", "nn", "en"};
        operation.parameters.push_back(std::move(language));
      }
    }
  }
  return out;
}

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void check_value(const Parameter& parameter, std::string_view value) {
  const auto& name = parameter.name;
  if (value.empty()) return;
  if (parameter.truth && value != "true" && value != "false")
    wrong_field(name, fmt::format("{} must be true or false.", name));
  if (!parameter.choices.empty() && std::ranges::find(parameter.choices, value) == parameter.choices.end())
    wrong_field(name, fmt::format("{} must be one of: {}.", name, fmt::join(parameter.choices, ", ")));
  if (parameter.between) {
    const auto [least, most] = *parameter.between;
    const auto number = parse_uint(value);
    if (!number || *number > static_cast<std::uint64_t>(most) || static_cast<std::int64_t>(*number) < least)
      wrong_field(name, fmt::format("{} must be a whole number from {} to {}.", name, least, most));
  }
  if (parameter.longest && characters_of(value) > *parameter.longest)
    wrong_field(name, fmt::format("{} must be at most {} characters long.", name, *parameter.longest));
}

}  // namespace

void check_query(std::string_view operation, const Request& request) {
  static const auto operations = read_operations();
  const auto found = operations.find(operation);
  if (found == operations.end() || found->second.others) return;
  const auto& parameters = found->second.parameters;
  for (auto at = request.query.begin(); at != request.query.end(); ++at) {
    const auto parameter = std::ranges::find(parameters, at->first, &Parameter::name);
    if (parameter == parameters.end()) {
      const auto shown = printable(at->first, 60);
      std::vector<std::string_view> names;
      names.reserve(parameters.size());
      for (const auto& one : parameters) names.emplace_back(one.name);
      wrong_field(shown, fmt::format("{} is no parameter of this address; the parameters are: {}.", shown,
                                     fmt::join(names, ", ")));
    }
    const auto next = std::next(at);
    if (!parameter->many && next != request.query.end() && next->first == at->first)
      wrong_field(at->first, fmt::format("{} stands more than once; send it once.", at->first));
    check_value(*parameter, at->second);
  }
  for (const auto& parameter : parameters) {
    if (parameter.required && !request.query.contains(parameter.name))
      wrong_field(parameter.name, fmt::format("{} is missing; send it.", parameter.name));
  }
}

}  // namespace utsyn::api
