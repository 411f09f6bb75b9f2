#include "engine/jobs.h"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "base/id.h"
#include "engine/stop_switch.h"

namespace utsyn::engine {
namespace {

constexpr std::string_view kColumns =
    "id, organisation, asset, finding, profile, priority, state, wanted_by, created, started, finished, "
    "attempts, "
    "progress, result, error";

std::string select(std::string_view rest) {
  return "SELECT " + std::string(kColumns) + " FROM job " + std::string(rest);
}

Job job_of(const store::Row& row) {
  Job out;
  out.id = row.text(0);
  out.organisation = row.text(1);
  out.asset = row.text(2);
  out.finding = row.text(3);
  out.profile = row.text(4);
  out.priority = static_cast<int>(row.number(5));
  boost::describe::enum_from_string(row.text(6).c_str(), out.state);
  out.wanted_by = row.text(7);
  out.created = from_unix(row.number(8));
  if (const auto started = row.maybe_number(9)) out.started = from_unix(*started);
  if (const auto finished = row.maybe_number(10)) out.finished = from_unix(*finished);
  out.attempts = static_cast<int>(row.number(11));
  out.progress = row.text(12);
  out.result = row.text(13);
  out.error = row.text(14);
  return out;
}

// Live pages and alerts read on from the event.
void tell(store::Connection& connection, UtcTime now, const Job& job, JobState state,
          std::string_view progress = "") {
  boost::json::object data{{"job", job.id}, {"state", boost::describe::enum_to_string(state, "?")}};
  if (!job.asset.empty()) data["asset"] = job.asset;
  if (!job.finding.empty()) data["finding"] = job.finding;
  if (!progress.empty()) data["progress"] = boost::json::parse(progress);
  store::append_event(connection, now, "job-changed", job.organisation, boost::json::serialize(data));
}

// The runner and its attempt name the job: an older attempt that comes late changes nothing.
bool settle(store::Connection& connection, UtcTime now, const Job& job, JobState state,
            std::string_view result, std::string_view error) {
  const auto changed = connection.execute(
      R"(UPDATE job SET state = ?1, finished = ?2, lease = 0, progress = '', result = ?3, error = ?4
         WHERE organisation = ?5 AND id = ?6 AND state = 'running' AND attempts = ?7)",
      {boost::describe::enum_to_string(state, "?"), to_unix(now), result, error, job.organisation, job.id,
       job.attempts});
  if (changed == 0) return false;
  tell(connection, now, job, state);
  return true;
}

void take_back_what_was_lost(store::Connection& connection, UtcTime now) {
  const auto lost = connection.query(select("WHERE state = 'running' AND lease < ?1"), {to_unix(now)});
  for (const auto& row : lost) {
    const auto job = job_of(row);
    // The same may be queued again by now; then this one has nothing left to do.
    const auto waiting = connection.first(
        "SELECT id FROM job WHERE organisation = ?1 AND asset = ?2 AND profile = ?3 AND state = 'queued'",
        {job.organisation, job.asset, job.profile});
    if (job.attempts >= kMostAttempts) {
      settle(connection, now, job, JobState::failed, "",
             "measuring: the program ended " + std::to_string(job.attempts) +
                 " times during this job. Look at its log, then ask for the measurement again.");
    } else if (waiting) {
      settle(connection, now, job, JobState::failed, "",
             "measuring: interrupted, and wanted again since: see job " + waiting->text(0) + ".");
    } else {
      connection.execute(
          "UPDATE job SET state = 'queued', lease = 0, progress = '' WHERE organisation = ?1 AND id = ?2",
          {job.organisation, job.id});
    }
  }
}

}  // namespace

Job want(store::Connection& connection, UtcTime now, const store::Actor& actor, const Wanted& wanted) {
  if (const auto waiting = connection.first(
          select("WHERE organisation = ?1 AND asset = ?2 AND profile = ?3 AND state = 'queued'"),
          {wanted.organisation, wanted.asset, wanted.profile})) {
    auto job = job_of(*waiting);
    if (wanted.priority > job.priority) {
      job.priority = wanted.priority;
      connection.execute("UPDATE job SET priority = ?1 WHERE organisation = ?2 AND id = ?3",
                         {job.priority, job.organisation, job.id});
    }
    return job;
  }
  Job job;
  job.id = new_id();
  job.organisation = wanted.organisation;
  job.asset = wanted.asset;
  job.finding = wanted.finding;
  job.profile = wanted.profile;
  job.priority = wanted.priority;
  job.wanted_by = actor.id;
  job.created = now;
  connection.execute(
      R"(INSERT INTO job (organisation, id, asset, finding, profile, priority, state, wanted_by, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'queued', ?7, ?8))",
      {job.organisation, job.id, job.asset, job.finding, job.profile, job.priority, job.wanted_by,
       to_unix(now)});
  tell(connection, now, job, JobState::queued);
  return job;
}

std::optional<Job> job(store::Connection& connection, std::string_view id) {
  const auto row = connection.first(select("WHERE id = ?1"), {id});
  if (!row) return std::nullopt;
  return job_of(*row);
}

std::vector<Job> jobs(store::Connection& connection, std::string_view organisation, std::size_t limit,
                      std::optional<std::pair<UtcTime, std::string>> after) {
  const auto most = static_cast<std::int64_t>(limit);
  const auto time = after ? to_unix(after->first) : std::int64_t{1} << 60;
  const auto id = after ? after->second : std::string();
  const auto rows =
      organisation.empty()
          ? connection.query(
                select("WHERE (created < ?1 OR (created = ?1 AND id > ?2)) ORDER BY created DESC, "
                       "id LIMIT ?3"),
                {time, id, most})
          : connection.query(
                select("WHERE organisation = ?1 AND (created < ?2 OR (created = ?2 AND id > ?3)) "
                       "ORDER BY created DESC, id LIMIT ?4"),
                {organisation, time, id, most});
  std::vector<Job> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(job_of(row));
  return out;
}

bool anything_to_take(store::Connection& connection, UtcTime now) {
  if (stop_of(connection)) return false;
  return connection
      .first(R"(SELECT 1 FROM job q WHERE (q.state = 'queued' AND NOT EXISTS
                  (SELECT 1 FROM job r WHERE r.organisation = q.organisation AND r.state = 'running'))
                OR (q.state = 'running' AND q.lease < ?1) LIMIT 1)",
             {to_unix(now)})
      .has_value();
}

std::optional<Job> take(store::Connection& connection, UtcTime now) {
  if (stop_of(connection)) return std::nullopt;
  take_back_what_was_lost(connection, now);
  const auto row = connection.first(select(R"(WHERE state = 'queued' AND NOT EXISTS
      (SELECT 1 FROM job r WHERE r.organisation = job.organisation AND r.state = 'running')
      ORDER BY priority DESC, created, id LIMIT 1)"));
  if (!row) return std::nullopt;
  auto job = job_of(*row);
  job.state = JobState::running;
  job.started = now;
  ++job.attempts;
  connection.execute(
      R"(UPDATE job SET state = 'running', started = ?1, lease = ?2, attempts = ?3
         WHERE organisation = ?4 AND id = ?5)",
      {to_unix(now), to_unix(now + kLease), job.attempts, job.organisation, job.id});
  tell(connection, now, job, JobState::running);
  return job;
}

bool still_running(store::Connection& connection, UtcTime now, const Job& job, std::string_view progress) {
  const auto before = connection.first(
      "SELECT progress FROM job WHERE organisation = ?1 AND id = ?2 AND state = 'running' AND attempts = ?3",
      {job.organisation, job.id, job.attempts});
  if (!before) return false;
  connection.execute("UPDATE job SET lease = ?1, progress = ?2 WHERE organisation = ?3 AND id = ?4",
                     {to_unix(now + kLease), progress, job.organisation, job.id});
  // Nobody waits for what is measured by schedule.
  if (job.priority > 0 && before->text(0) != progress)
    tell(connection, now, job, JobState::running, progress);
  return true;
}

bool finish(store::Connection& connection, UtcTime now, const Job& job, std::string_view result) {
  return settle(connection, now, job, JobState::done, result, "");
}

bool fail(store::Connection& connection, UtcTime now, const Job& job, std::string_view error) {
  if (stop_of(connection)) {
    put_back(connection, now, job);
    return false;
  }
  return settle(connection, now, job, JobState::failed, "", error);
}

void put_back(store::Connection& connection, UtcTime now, const Job& job) {
  // To be stopped in order is no attempt that failed; the queue's own rule for lost jobs does the rest.
  connection.execute(
      R"(UPDATE job SET lease = 0, attempts = attempts - 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'running' AND attempts = ?3)",
      {job.organisation, job.id, job.attempts});
  take_back_what_was_lost(connection, now);
}

}  // namespace utsyn::engine
