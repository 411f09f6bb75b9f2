#include "checks/judging.h"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace utsyn::checks {

std::string unseen_reason(Unseen why) {
  std::string text = boost::describe::enum_to_string(why, "not_measured");
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

}  // namespace utsyn::checks
