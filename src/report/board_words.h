// How the board report says things: its words in one language, and figures, work, months and grades as people
// read them. For the files of the report only.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "report/board_report.h"
#include "report/texts.h"
#include "score/constants.h"

namespace utsyn::report {

inline constexpr std::array<std::string_view, 5> kGrades = {"A", "B", "C", "D", "F"};
inline constexpr std::array<std::int64_t, 5> kFrom = {score::grade_a_cp, score::grade_b_cp, score::grade_c_cp,
                                                      score::grade_d_cp, 0};

// The words of one document in its language.
class Words {
 public:
  explicit Words(Language language) : language_(language) {}
  // A text with its values put in as they are.
  template <class... Values>
  std::string plain(std::string_view name, const Values&... values) const {
    return text_with("reports." + std::string(name), language_, values...);
  }
  // The same, for HTML.
  template <class... Values>
  std::string operator()(std::string_view name, const Values&... values) const {
    return escaped(plain(name, values...));
  }
  std::string counted(std::string_view name, std::int64_t count) const {
    return count == 1 ? plain(std::string(name) + "_one") : plain(name, count);
  }
  std::string points(std::int64_t cp) const { return report::points(cp, language_); }
  std::string gain(std::int64_t cp) const { return signed_points(cp, language_); }
  std::string day(UtcTime time) const { return day_text(time, language_); }
  std::string share(std::int64_t hundredths) const { return percent(hundredths, language_); }
  Language language() const { return language_; }

 private:
  Language language_;
};

std::string decimal(std::int64_t tenths, Language language);
// 14 200; in English 14,200.
std::string grouped(std::uint64_t number, Language language);
std::string short_work(std::int64_t minutes, const Words& words);
std::string work_in_words(std::int64_t minutes, const Words& words);
// At most so many bytes, cut between words.
std::string shortened(std::string_view text, std::size_t most);
// What a remedy begins with, for who decides and does not type: its first sentence, without what stands in a
// server's configuration or in a record.
std::string first_step(std::string_view remedy, std::size_t most);
std::string_view month_name(unsigned month, Language language);
std::string area_name(std::string_view area, const Words& words);
std::string group_name(const BoardReport::Peers& peers, const Words& words);
// The letter in its own shape: colour is never alone.
std::string grade_mark(std::string_view grade, int size, const Words& words);
// A figure with its text alternative, which the PDF carries too.
std::string figure(const std::string& svg, std::string_view alternative);

}  // namespace utsyn::report
