// The board report: what stands in it (a plain model, filled from the store in board_report_facts.h) and how
// it reads, as one HTML document of one page or five. Pure: the same model gives the same bytes. Everything
// that came from outside is escaped here; the document names no address that is fetched.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "checks/check.h"
#include "report/texts.h"

namespace utsyn::report {

struct BoardReport {
  Language language = Language::nb;
  int pages = 1;              // 1 or 5
  bool with_findings = true;  // false: the reader sees the score alone, and gets one page
  std::string organisation;   // id
  std::string name;
  std::string link;       // where the figures are; may be empty
  std::string exemption;  // under which provision it is exempt from disclosure; empty: to be considered
  UtcTime made{};

  bool scored = false;  // nothing below is known otherwise
  UtcTime measured{};
  std::int64_t score_cp = 0;
  std::int64_t low_cp = 0;
  std::int64_t high_cp = 0;
  std::string grade;
  std::string confidence;
  std::string method;
  std::int64_t coverage = 0;
  std::int64_t assets = 0;
  std::optional<std::int64_t> target_cp;

  // At the end of each week with a score, oldest first; the last is the score now.
  struct Point {
    UtcTime time{};
    std::int64_t score_cp = 0;
    std::int64_t low_cp = 0;
    std::int64_t high_cp = 0;
    std::string method;
  };
  std::vector<Point> trend;

  struct Peers {
    std::string group;  // kostra, population, sector, national
    std::string key;
    std::size_t n = 0;
    std::int64_t median_cp = 0;
    std::int64_t p25_cp = 0;
    std::int64_t p75_cp = 0;
    std::optional<std::int64_t> percentile;
  };
  std::vector<Peers> peers;  // those large enough to be shown, the closest first

  // What each area takes, the most first; together what lacks in 100.
  std::vector<std::pair<std::string, std::int64_t>> losses;

  struct Action {
    std::string check;
    std::vector<std::string> finding_ids;  // the first fifty
    std::string title;
    std::string why;
    std::string remedy;
    std::int64_t gain_cp = 0;  // if it alone is carried out
    std::int64_t minutes = 0;
    std::size_t findings = 0;
    std::optional<UtcTime> due;  // a time on the earliest due date
    bool overdue = false;
  };
  std::vector<Action> actions;  // that gain something, the most first

  // What a management can adopt: the findings of all checks that lead to the same decision.
  struct Decision {
    std::string key;
    std::string sentence;
    std::vector<std::string> checks;       // the one that gains most first,
    std::vector<std::string> titles;       // with their titles, which are technical
    std::vector<std::string> finding_ids;  // the first fifty
    checks::Role role = checks::Role::it;
    std::vector<std::string> carriers;  // the suppliers that carry it out; none: its own staff
    std::int64_t gain_cp = 0;  // after those before it; nothing where a cap holds until others are done, too
    std::int64_t minutes = 0;
    std::size_t findings = 0;
    std::optional<UtcTime> due;
    bool overdue = false;
  };
  std::vector<Decision> decisions;  // at most three, the most gain for the work first
  std::int64_t together_cp = 0;     // the score after all of them
  std::string together_grade;

  std::int64_t serious = 0;  // open, critical or high
  std::int64_t serious_overdue = 0;
  std::int64_t oldest_days = 0;

  struct Late {
    std::string title;
    std::string asset;
    checks::Severity severity = checks::Severity::info;
    UtcTime due{};          // a time on the due date
    std::int64_t days = 0;  // since
  };
  std::vector<Late> late;  // the longest first; not all
  std::size_t late_total = 0;

  UtcTime changes_since{};
  std::int64_t opened = 0;
  std::int64_t closed = 0;
  std::int64_t accepted = 0;  // now, with an end date

  struct Supplier {
    std::string name;
    std::int64_t criticality = 1;
    std::optional<std::int64_t> score_cp;  // none: not measured, or too little
    std::string grade;
    std::optional<UtcTime> measured;
  };
  std::vector<Supplier> suppliers;  // the lowest first; not all
  std::size_t suppliers_total = 0;
  std::size_t suppliers_below = 0;
  std::size_t suppliers_unrated = 0;
};

std::string board_report_html(const BoardReport& report);
// The same as data, for the leader page.
boost::json::object board_report_json(const BoardReport& report);

// The two sentences at the top.
std::pair<std::string, std::string> lead_of(const BoardReport& report);

// Figures as people write them. Scores are cut to one decimal, never rounded up into a better grade.
std::string points(std::int64_t cp, Language language);           // 79,0
std::string signed_points(std::int64_t cp, Language language);    // +4,2, −7,8
std::string percent(std::int64_t hundredths, Language language);  // 91,2 %
std::string day_text(UtcTime time, Language language);            // the date in Oslo: 20.11.2026, 20 Nov 2026
std::string escaped(std::string_view text);  // for HTML; control characters become U+FFFD

}  // namespace utsyn::report
