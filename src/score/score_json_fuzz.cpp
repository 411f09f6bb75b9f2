// Any bytes as a line of `utsyn score|change|portfolio --jsonl`: the answer is one line of JSON whatever
// comes, and an organisation that was accepted scores to the same bytes after it was written and read again.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "score/json.h"

namespace {

using utsyn::score::Answer;

void demand(bool held) {
  if (!held) std::abort();
}

void demand_one_line(const std::optional<Answer>& answer, std::string_view first_member) {
  if (!answer) return;
  demand(answer->text.find('\n') == std::string::npos);
  boost::json::error_code error;
  const auto value = boost::json::parse(answer->text, error);
  demand(!error && value.is_object() && !value.get_object().empty());
  const std::string_view first = value.get_object().begin()->key();
  demand(first == (answer->ok ? first_member : "error"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (size > 4096) return 0;  // a plan grows with the findings it fixes; long ones only make the fuzzer slow
  const auto organisation = utsyn::score::read_organisation(line);
  const auto answer = utsyn::score::answer_score_line(line, 1);
  demand_one_line(answer, organisation && organisation->id ? "id" : "method");
  demand_one_line(utsyn::score::answer_change_line(line, 2), "before_cp");
  demand_one_line(utsyn::score::answer_portfolio_line(line, 3), "members");
  demand(organisation.has_value() == (answer && answer->ok));
  if (organisation) {
    const std::string written = utsyn::score::write_organisation(*organisation);
    demand(utsyn::score::read_organisation(written) == organisation);
    demand(utsyn::score::answer_score(written) == answer->text);
  }
  return 0;
}
