#include "followup/treatment.h"

#include <gtest/gtest.h>

#include <boost/describe/enum_to_string.hpp>

namespace utsyn::followup {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using store::FindingState;

const UtcTime kNow = parse_time("2026-11-16T09:00:00Z").value();  // a Monday
const UtcTime kAnswer = parse_time("2026-11-23T23:00:00Z").value();

store::Finding finding() {
  store::Finding out;
  out.id = "tls.protocol.tls10@www.example.no:443";
  out.asset = "www.example.no:443";
  out.check = "tls.protocol.tls10";
  out.first_seen = kNow - days{40};
  return out;
}

Treatment asked(Request wanted, UtcTime when = kNow) {
  return request(finding(), {}, std::move(wanted), "anne", when).value();
}
Request acceptance(days length = days{100}) {
  return {Kind::acceptance, "Kari Nordmann", "The machine is replaced in May", "", kNow + length};
}
Request compensation(days length = days{100}) {
  return {Kind::compensation, "", "Only reachable from the office network", "", kNow + length};
}
Request dispute(std::string evidence = "The name belongs to another municipality") {
  return {Kind::dispute, "", "Not ours", std::move(evidence), std::nullopt};
}
Treatment decided(Treatment treatment, Decision decision, UtcTime when = kNow + 1h) {
  return decide(std::move(treatment), decision, "Looked at together", "bjorn", when).value();
}
Treatment taken_back(Treatment treatment, UtcTime when = kNow + 1h) {
  return withdraw(std::move(treatment), "anne", when).value();
}

TEST(Treatment, GivesTheStateAtEveryMoment) {
  const struct {
    const char* what;
    std::vector<Treatment> treatments;
    UtcTime now;
    FindingState state;
  } cases[] = {
      {"nothing was decided", {}, kNow, FindingState::open},
      {"accepted at once", {asked(acceptance())}, kNow, FindingState::accepted},
      {"not before it was", {asked(acceptance())}, kNow - 1s, FindingState::open},
      {"accepted to the last second", {asked(acceptance())}, kNow + days{100} - 1s, FindingState::accepted},
      {"open when the period ends", {asked(acceptance())}, kNow + days{100}, FindingState::open},
      {"acceptance withdrawn", {taken_back(asked(acceptance()))}, kNow + 1h, FindingState::open},
      {"accepted until it was withdrawn",
       {taken_back(asked(acceptance()))},
       kNow + 59min,
       FindingState::accepted},
      {"a compensation waits for a second person", {asked(compensation())}, kNow + 1h, FindingState::open},
      {"compensated",
       {decided(asked(compensation()), Decision::approved)},
       kNow + 1h,
       FindingState::compensated},
      {"open until it was approved",
       {decided(asked(compensation()), Decision::approved)},
       kNow + 59min,
       FindingState::open},
      {"the compensation ends",
       {decided(asked(compensation()), Decision::approved)},
       kNow + days{100},
       FindingState::open},
      {"a compensation is declined",
       {decided(asked(compensation()), Decision::declined)},
       kNow + 1h,
       FindingState::open},
      {"compensation withdrawn",
       {taken_back(decided(asked(compensation()), Decision::approved), kNow + 2h)},
       kNow + 2h,
       FindingState::open},
      {"disputed", {asked(dispute())}, kNow, FindingState::disputed},
      {"disputed until the clock has run", {asked(dispute())}, kAnswer - 1s, FindingState::disputed},
      {"five working days without an answer", {asked(dispute())}, kAnswer, FindingState::dispute_overdue},
      {"and for as long as there is none",
       {asked(dispute())},
       kAnswer + days{300},
       FindingState::dispute_overdue},
      {"upheld", {decided(asked(dispute()), Decision::upheld)}, kNow + days{1000}, FindingState::upheld},
      {"upheld late",
       {decided(asked(dispute()), Decision::upheld, kAnswer + 1h)},
       kAnswer + 1h,
       FindingState::upheld},
      {"rejected", {decided(asked(dispute()), Decision::rejected)}, kNow + 1h, FindingState::open},
      {"a late rejection ends the suspension",
       {decided(asked(dispute()), Decision::rejected, kAnswer + 1h)},
       kAnswer + 1h,
       FindingState::open},
      {"which held until then",
       {decided(asked(dispute()), Decision::rejected, kAnswer + 1h)},
       kAnswer + 59min,
       FindingState::dispute_overdue},
      {"dispute withdrawn", {taken_back(asked(dispute()))}, kNow + 1h, FindingState::open},
      {"an acceptance after a rejected dispute",
       {asked(acceptance(), kNow + 2h), decided(asked(dispute()), Decision::rejected)},
       kNow + 2h,
       FindingState::accepted},
      {"a second acceptance after the first has ended",
       {asked(acceptance(days{1})), asked(acceptance(), kNow + days{2})},
       kNow + days{3},
       FindingState::accepted},
  };
  for (const auto& row : cases) EXPECT_EQ(effective_state(row.treatments, row.now), row.state) << row.what;
}

TEST(Treatment, IsRefusedWithTheReason) {
  auto closed = finding();
  closed.state = FindingState::fixed;
  const auto accepted = asked(acceptance());
  const auto rejected = decided(asked(dispute()), Decision::rejected);
  const auto upheld = decided(asked(dispute()), Decision::upheld);
  const auto changed = [](Request wanted, auto change) {
    change(wanted);
    return wanted;
  };
  const struct {
    const char* what;
    store::Finding of;
    std::vector<Treatment> earlier;
    Request wanted;
    std::optional<Refusal> refusal;
  } cases[] = {
      {"an acceptance of a year", finding(), {}, acceptance(days{365}), std::nullopt},
      {"and a day", finding(), {}, acceptance(days{366}), Refusal::period_too_long},
      {"a compensation of half a year", finding(), {}, compensation(days{180}), std::nullopt},
      {"and a day", finding(), {}, compensation(days{181}), Refusal::period_too_long},
      {"to the end of the last day",
       finding(),
       {},
       changed(acceptance(), [](Request& r) { r.until = parse_time("2027-11-16T23:00:00Z"); }),
       std::nullopt},
      {"and a second",
       finding(),
       {},
       changed(acceptance(), [](Request& r) { r.until = parse_time("2027-11-16T23:00:01Z"); }),
       Refusal::period_too_long},
      {"to the end of the last day, in summer",
       finding(),
       {},
       changed(compensation(), [](Request& r) { r.until = parse_time("2027-05-15T22:00:00Z"); }),
       std::nullopt},
      {"and a second, in summer",
       finding(),
       {},
       changed(compensation(), [](Request& r) { r.until = parse_time("2027-05-15T22:00:01Z"); }),
       Refusal::period_too_long},
      {"a period that is over", finding(), {}, acceptance(days{0}), Refusal::period_not_ahead},
      {"no period",
       finding(),
       {},
       changed(acceptance(), [](Request& r) { r.until.reset(); }),
       Refusal::period_missing},
      {"no owner",
       finding(),
       {},
       changed(acceptance(), [](Request& r) { r.owner = " "; }),
       Refusal::owner_missing},
      {"no reason",
       finding(),
       {},
       changed(acceptance(), [](Request& r) { r.reason = "\n"; }),
       Refusal::reason_missing},
      {"a compensation needs no owner", finding(), {}, compensation(), std::nullopt},
      {"a dispute without evidence", finding(), {}, dispute("  "), Refusal::evidence_missing},
      {"a finding that is closed", closed, {}, acceptance(), Refusal::closed},
      {"accepted already", finding(), {accepted}, dispute(), Refusal::already_treated},
      {"a compensation waits already",
       finding(),
       {asked(compensation())},
       acceptance(),
       Refusal::already_treated},
      {"disputed already", finding(), {asked(dispute())}, dispute("something new"), Refusal::already_treated},
      {"upheld already", finding(), {upheld}, acceptance(), Refusal::already_treated},
      {"the same evidence again", finding(), {rejected}, dispute(), Refusal::same_evidence},
      {"the same evidence in other blanks and case",
       finding(),
       {rejected},
       dispute("the name  belongs to\nanother MUNICIPALITY "),
       Refusal::same_evidence},
      {"the same evidence after withdrawing",
       finding(),
       {taken_back(asked(dispute()))},
       dispute(),
       Refusal::same_evidence},
      {"new evidence", finding(), {rejected}, dispute("A letter from the registry"), std::nullopt},
      {"an acceptance after a rejected dispute", finding(), {rejected}, acceptance(), std::nullopt},
  };
  const auto later = kNow + 2h;
  for (const auto& row : cases) {
    const auto at = row.earlier.empty() ? kNow : later;
    const auto answer = request(row.of, row.earlier, row.wanted, "anne", at);
    EXPECT_EQ(answer.has_value(), !row.refusal) << row.what;
    if (!answer && row.refusal) EXPECT_EQ(answer.error(), *row.refusal) << row.what;
  }
}

TEST(Treatment, IsDecidedByAnother) {
  const struct {
    const char* what;
    Treatment treatment;
    Decision decision;
    const char* user;
    const char* reason;
    UtcTime now;
    std::optional<Refusal> refusal;
  } cases[] = {
      {"approved", asked(compensation()), Decision::approved, "bjorn", "seen", kNow, std::nullopt},
      {"by oneself", asked(compensation()), Decision::approved, "anne", "seen", kNow, Refusal::same_person},
      {"declined", asked(compensation()), Decision::declined, "bjorn", "not there", kNow, std::nullopt},
      {"without a reason", asked(compensation()), Decision::declined, "bjorn", " ", kNow,
       Refusal::reason_missing},
      {"upheld is no word for it", asked(compensation()), Decision::upheld, "bjorn", "seen", kNow,
       Refusal::wrong_decision},
      {"twice", decided(asked(compensation()), Decision::approved), Decision::declined, "carl", "seen",
       kNow + 2h, Refusal::not_waiting},
      {"after its period", asked(compensation()), Decision::approved, "bjorn", "seen", kNow + days{100},
       Refusal::not_waiting},
      {"withdrawn before", taken_back(asked(compensation())), Decision::approved, "bjorn", "seen", kNow + 2h,
       Refusal::not_waiting},
      {"an acceptance is not decided", asked(acceptance()), Decision::approved, "bjorn", "seen", kNow,
       Refusal::wrong_decision},
      {"none is no decision", asked(dispute()), Decision::none, "bjorn", "seen", kNow,
       Refusal::wrong_decision},
      {"a dispute upheld", asked(dispute()), Decision::upheld, "bjorn", "right", kNow, std::nullopt},
      {"a dispute rejected", asked(dispute()), Decision::rejected, "bjorn", "wrong", kNow, std::nullopt},
      {"a dispute answered late", asked(dispute()), Decision::rejected, "bjorn", "wrong", kAnswer + days{9},
       std::nullopt},
      {"a dispute answered by its author", asked(dispute()), Decision::upheld, "anne", "right", kNow,
       Refusal::same_person},
      {"a dispute approved", asked(dispute()), Decision::approved, "bjorn", "right", kNow,
       Refusal::wrong_decision},
  };
  for (const auto& row : cases) {
    const auto answer = decide(row.treatment, row.decision, row.reason, row.user, row.now);
    EXPECT_EQ(answer.has_value(), !row.refusal) << row.what;
    if (!answer && row.refusal) EXPECT_EQ(answer.error(), *row.refusal) << row.what;
    if (answer) EXPECT_EQ(answer->decided, row.now) << row.what;
  }
}

TEST(Treatment, IsWithdrawnWhileItLives) {
  const struct {
    const char* what;
    Treatment treatment;
    UtcTime now;
    bool done;
  } cases[] = {
      {"accepted", asked(acceptance()), kNow + 1h, true},
      {"an acceptance that has ended", asked(acceptance()), kNow + days{100}, false},
      {"waiting", asked(compensation()), kNow + 1h, true},
      {"compensated", decided(asked(compensation()), Decision::approved), kNow + 1h, true},
      {"declined", decided(asked(compensation()), Decision::declined), kNow + 1h, false},
      {"disputed", asked(dispute()), kNow + 1h, true},
      {"overdue", asked(dispute()), kAnswer, true},
      {"rejected", decided(asked(dispute()), Decision::rejected), kNow + 1h, false},
      {"upheld", decided(asked(dispute()), Decision::upheld), kNow + 1h, true},
      {"withdrawn", taken_back(asked(dispute())), kNow + 1h, false},
  };
  for (const auto& row : cases) {
    const auto answer = withdraw(row.treatment, "anne", row.now);
    EXPECT_EQ(answer.has_value(), row.done) << row.what;
    if (!answer) EXPECT_EQ(answer.error(), Refusal::nothing_to_withdraw) << row.what;
    if (answer) EXPECT_EQ(standing_of(*answer, row.now), Standing::withdrawn) << row.what;
  }
}

TEST(Treatment, ChangesByItselfWhenItsTimeComes) {
  EXPECT_EQ(next_change(asked(acceptance()), kNow), kNow + days{100});
  EXPECT_EQ(next_change(asked(compensation()), kNow), kNow + days{100});
  EXPECT_EQ(next_change(asked(dispute()), kNow), kAnswer);
  EXPECT_EQ(next_change(asked(dispute()), kAnswer), std::nullopt);
  EXPECT_EQ(next_change(asked(acceptance()), kNow + days{100}), std::nullopt);
  EXPECT_EQ(next_change(decided(asked(dispute()), Decision::upheld), kNow + 1h), std::nullopt);
  EXPECT_EQ(next_change(taken_back(asked(acceptance())), kNow + 1h), std::nullopt);
}

TEST(Treatment, EndsWithTheLifeOfTheFinding) {
  auto other = finding();
  other.id = "http.hsts.exists@www.example.no:443";
  auto closed = finding();
  closed.state = FindingState::fixed;
  auto again = finding();
  again.first_seen = kNow + 1s;
  again.reopened = 1;
  auto stale = finding();
  stale.state = FindingState::accepted;  // as it was stored, long ago
  const std::vector<Treatment> treatments = {asked(acceptance())};
  const auto state = [&](const store::Finding& of, UtcTime now) {
    return with_states({of}, treatments, now).front().state;
  };
  EXPECT_EQ(state(finding(), kNow), FindingState::accepted);
  EXPECT_EQ(state(other, kNow), FindingState::open);
  EXPECT_EQ(state(closed, kNow), FindingState::fixed);
  EXPECT_EQ(state(again, kNow + 1h), FindingState::open);
  EXPECT_EQ(state(stale, kNow + days{100}), FindingState::open);
  // In the new life the finding may be treated again.
  EXPECT_TRUE(request(again, treatments, acceptance(), "anne", kNow + 1h).has_value());
}

}  // namespace
}  // namespace utsyn::followup
