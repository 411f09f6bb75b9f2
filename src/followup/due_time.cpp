#include "followup/due_time.h"

#include <algorithm>

namespace utsyn::followup {

using namespace std::chrono;

bool possible(const Rhythm& rhythm) {
  const int last = rhythm.every == Every::week ? 7 : 31;
  return rhythm.day >= 1 && rhythm.day <= last && rhythm.hour >= 0 && rhythm.hour <= 23;
}

UtcTime oslo_time(Date date, int hour) {
  const sys_seconds local = sys_days{date} + hours{hour};
  const auto summer = local - hours{2};
  return oslo_offset(summer) == hours{2} ? summer : local - hours{1};
}

UtcTime next_due(const Rhythm& rhythm, UtcTime after) {
  const auto today = oslo_date(after);
  if (rhythm.every == Every::week) {
    const auto wanted = weekday{static_cast<unsigned>(rhythm.day)};  // 7 is Sunday here too
    auto date = sys_days{today};
    date += wanted - weekday{date};
    const auto time = oslo_time(date, rhythm.hour);
    return time > after ? time : oslo_time(date + days{7}, rhythm.hour);
  }
  auto at = today.year() / today.month();
  for (;; at += months{1}) {
    if (rhythm.every == Every::quarter && (static_cast<unsigned>(at.month()) - 1) % 3 != 0) continue;
    const auto last = (at / std::chrono::last).day();
    const auto on = std::min(day{static_cast<unsigned>(rhythm.day)}, last);
    if (const auto time = oslo_time(at / on, rhythm.hour); time > after) return time;
  }
}

}  // namespace utsyn::followup
