// One text in the three languages that people choose among.
#pragma once

#include <boost/describe/enum.hpp>
#include <string>

namespace utsyn::checks {

enum class Language { en, nb, nn };
BOOST_DESCRIBE_ENUM(Language, en, nb, nn)

struct Texts {
  std::string en;
  std::string nb;
  std::string nn;
  bool complete() const { return !en.empty() && !nb.empty() && !nn.empty(); }
};
const std::string& text(const Texts& texts, Language language);

}  // namespace utsyn::checks
