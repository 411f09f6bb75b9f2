// For tests: organisations without a database.
#pragma once

#include <random>
#include <string>

#include "portfolio/columns.h"

namespace utsyn::portfolio {

inline std::string numbered(std::size_t number) {
  auto digits = std::to_string(number);
  return "org-" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

inline Fresh fresh(std::string id, std::int64_t score_cp, std::int64_t coverage = 10'000) {
  Fresh one;
  one.id = std::move(id);
  one.name = "Name of " + one.id;
  one.kind = "municipality";
  one.measured = true;
  one.measured_at = 1'800'000'000;
  one.score_cp = score_cp;
  one.managed_cp = score_cp;
  one.coverage = coverage;
  one.grade = score::word(score::grade_of(score_cp, coverage));
  one.assets = 3;
  return one;
}

inline Fresh chance_organisation(std::mt19937& chance, std::size_t number) {
  const auto upto = [&](std::size_t most) { return static_cast<std::int64_t>(chance() % (most + 1)); };
  auto one = fresh(numbered(number), upto(10'000), chance() % 8 == 0 ? 4'000 : 5'000 + upto(5'000));
  one.kind = score::kind_words[chance() % score::kind_words.size()];
  if (chance() % 10 != 0) one.county = std::to_string(10 + chance() % 15);
  if (chance() % 4 != 0) one.kostra = "EKG" + std::to_string(10 + chance() % 8);
  if (chance() % 4 != 0) one.sector = chance() % 3 == 0 ? "6100" : "6500";
  if (chance() % 5 != 0) one.population = upto(70'000);
  if (chance() % 5 != 0) one.employees = upto(5'000);
  one.assets = upto(150);
  one.overdue_days = chance() % 3 == 0 ? 0 : upto(400);
  if (chance() % 10 == 0) one.gate = "kev";
  const auto checks = upto(20);
  for (std::int64_t i = 0; i < checks; ++i)
    one.checks += (i == 0 ? "" : ",") + std::string("check.") + std::to_string(chance() % 300);
  one.critical = upto(2);
  return one;
}

}  // namespace utsyn::portfolio
