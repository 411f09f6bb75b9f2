#include "report/delivery_words.h"

#include <boost/describe/enum_to_string.hpp>

namespace utsyn::report {

std::string delivery_words(std::string_view kept, Language language) {
  const auto fault = followup::alerts::fault_of(kept);
  if (!fault.code) return std::string(kept);
  // {} by {}, since what was kept may have fewer values than the sentence has blanks.
  std::string_view rest =
      text(std::string("delivery.") + boost::describe::enum_to_string(*fault.code, "?"), language);
  std::string out;
  auto value = fault.values.begin();
  for (auto at = rest.find("{}"); at != std::string_view::npos; at = rest.find("{}")) {
    out += rest.substr(0, at);
    if (value != fault.values.end()) out += *value++;
    rest.remove_prefix(at + 2);
  }
  return out.append(rest);
}

}  // namespace utsyn::report
