#include "checks/decision.h"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <stdexcept>

namespace utsyn::checks {
namespace {

[[noreturn]] void refuse_decision(std::string_view check, std::string_view why) {
  throw std::logic_error("catalogue: " + std::string(check) + ": decision: " + std::string(why));
}

std::string decision_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || !value->is_string() ? std::string{} : std::string(value->get_string());
}

}  // namespace

Decision decision_in(std::string_view check, const boost::json::value* value,
                     const boost::json::object& shared) {
  if (value == nullptr) refuse_decision(check, "is missing");
  Decision out;
  out.key = check;
  if (value->is_string()) {
    out.key = value->get_string();
    value = shared.if_contains(out.key);
    if (value == nullptr) refuse_decision(check, "no '" + out.key + "' is shared");
  }
  if (!value->is_object()) refuse_decision(check, "is no sentences");
  const auto& object = value->get_object();

  const auto role = std::ranges::find(role_words, decision_member(object, "role"));
  if (role == role_words.end()) refuse_decision(check, "nobody carries it out");
  out.role = static_cast<Role>(role - role_words.begin());

  out.sentence = {decision_member(object, "en"), decision_member(object, "nb"),
                  decision_member(object, "nn")};
  for (const auto language : {Language::en, Language::nb, Language::nn}) {
    const auto in = std::string(boost::describe::enum_to_string(language, "?"));
    const auto& sentence = text(out.sentence, language);
    if (sentence.empty()) refuse_decision(check, "is missing in " + in);
    const auto characters = std::ranges::count_if(sentence, [](char c) { return (c & 0xC0) != 0x80; });
    if (static_cast<std::size_t>(characters) > longest_decision)
      refuse_decision(check, "is too long in " + in);
    if (sentence.find('.') != sentence.size() - 1) refuse_decision(check, "is not one sentence in " + in);
  }
  return out;
}

}  // namespace utsyn::checks
