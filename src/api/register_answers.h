// What the routes of the register and the footprint share: refusals as problems in the reader's language, and
// small pieces of JSON.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "api/context.h"
#include "api/route.h"
#include "footprint/refused.h"
#include "footprint/register.h"

namespace utsyn::api {

// The words of a fault in a language, from data/texts/register.json.
std::string words_of_fault(const footprint::Fault& fault, std::string_view language);

[[noreturn]] void fail_with(const footprint::Refused& refused, const Request& request);

// Work inside a transaction; a refusal ends it without a trace and becomes the problem.
template <class Work>
auto writing(Context& context, const Request& request, Work&& work) {
  try {
    return context.sql->write(std::forward<Work>(work));
  } catch (const footprint::Refused& refused) {
    fail_with(refused, request);
  }
}
template <class Work>
auto reading(Context& context, const Request& request, Work&& work) {
  try {
    return context.sql->read(std::forward<Work>(work));
  } catch (const footprint::Refused& refused) {
    fail_with(refused, request);
  }
}

boost::json::value maybe(const std::optional<std::string>& text);
boost::json::value maybe(const std::optional<std::int64_t>& number);
boost::json::value maybe(const std::optional<UtcTime>& time);
boost::json::value score_json(const std::optional<footprint::Figures>& figures);

// ?name=true; absent is false, anything else than true and false a problem.
bool flag_of(const Request& request, std::string_view name);
// ?reason=
std::string reason_of(const Request& request);

// What was decided holds from the next measurement: this asks for it at once.
void measure_soon(store::Connection& connection, const Request& request, UtcTime now,
                  std::string_view organisation);

}  // namespace utsyn::api
