#include "report/scheduled_report.h"

#include "followup/alerts/fault.h"
#include "portfolio/portfolios.h"
#include "report/board_report_facts.h"
#include "score/constants.h"

namespace utsyn::report {
namespace {

using followup::alerts::FaultCode;
using followup::alerts::kept;
using store::Connection;

constexpr std::string_view kWorkbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr std::size_t kMostName = 80;

// Differences are between what is seen, or they would not add up.
std::int64_t shown(std::int64_t cp) { return cp - cp % 10; }

class Lines {
 public:
  Lines(const ReportSchedule& schedule, std::string_view address)
      : schedule_(schedule), address_(address), language_(language_named(schedule.language)) {}

  template <class... Values>
  std::string say(std::string_view key, const Values&... values) const {
    return text_with("report_mail." + std::string(key), language_, values...);
  }
  std::string score(std::int64_t cp) const { return points(cp, language_); }
  std::string share(std::int64_t hundredths) const { return percent(hundredths, language_); }
  std::string day(UtcTime time) const { return day_text(time, language_); }

  void add(std::string line) { body_ += std::move(line) + "\n"; }
  void gap() { body_ += "\n"; }
  void add_change(std::int64_t cp, std::string_view method) {
    if (!schedule_.last_cp) {
      add(say("change_first"));
    } else if (schedule_.last_method != method) {
      add(say("change_method"));
    } else if (const auto change = shown(cp) - shown(*schedule_.last_cp); change == 0) {
      add(say("change_none"));
    } else {
      add(say("change", signed_points(change, language_), score(*schedule_.last_cp)));
    }
  }
  // Where it is seen, and why it came.
  void add_end(std::string_view page) {
    if (!address_.empty()) add(say("see", std::string(address_) + std::string(page)));
    gap();
    add(say(schedule_.rhythm.every == followup::Every::week    ? "why_week"
            : schedule_.rhythm.every == followup::Every::month ? "why_month"
                                                               : "why_quarter"));
    if (!address_.empty()) add(say("stop", std::string(address_) + "/varsler/rapporter"));
  }
  std::string body() && { return std::move(body_); }

 private:
  const ReportSchedule& schedule_;
  std::string_view address_;
  Language language_;
  std::string body_;
};

// A name that a stranger may have chosen, as a part of a file's: no path, no control characters.
std::string file_name(std::string_view name, UtcTime now, std::string_view ending) {
  std::string out;
  for (const char c : name) {
    const bool odd = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
                     std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    out += odd ? '-' : c;
  }
  if (out.size() > kMostName) {
    auto end = kMostName;
    while ((static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
  }
  return fmt::format("Utsyn {} {}{}", out, followup::format_date(followup::oslo_date(now)), ending);
}

std::optional<ReportTrouble> too_large(std::size_t size) {
  if (size <= kMostAttachment) return std::nullopt;
  return ReportTrouble{ReportFault::too_large, kept(FaultCode::report_too_large), true};
}

unexpected<ReportTrouble> hidden() {
  return unexpected(ReportTrouble{ReportFault::access, kept(FaultCode::report_access), true});
}

ReportTrouble trouble_of(const PdfError& error) {
  switch (error.failure) {
    case PdfFailure::busy:
      return {ReportFault::busy, kept(FaultCode::report_busy), false};
    case PdfFailure::missing:
      return {ReportFault::no_pdf, kept(FaultCode::report_no_pdf), false};
    case PdfFailure::failed:
      break;
  }
  return {ReportFault::failed, kept(FaultCode::report_failed, {error.message}), false};
}

Result<MadeReport, ReportTrouble> make_board(const ReportTools& tools, store::Sql& sql,
                                             const ReportSchedule& schedule, const access::Access& reader,
                                             UtcTime now) {
  BoardReportWishes wishes;
  wishes.pages = schedule.pages;
  wishes.language = language_named(schedule.language);
  wishes.public_address = tools.public_address;
  std::vector<BoardReport::Peers> peers;
  if (tools.portfolios) {
    const auto view = tools.portfolios->view();
    peers = report_peers(*view, reader, schedule.organisation, now);
  }
  const auto report = sql.read([&](Connection& connection) {
    return board_report_of(connection, reader, schedule.organisation, wishes, peers, now);
  });
  if (!report) return hidden();
  if (!report->scored) {
    return unexpected(ReportTrouble{ReportFault::not_measured, kept(FaultCode::report_not_measured), false});
  }
  auto pdf = tools.pdf(board_report_html(*report));
  if (!pdf) return unexpected(trouble_of(pdf.error()));
  if (auto large = too_large(pdf->size())) return unexpected(std::move(*large));
  MadeReport out{board_letter(*report, schedule, tools.public_address), report->score_cp, report->method};
  out.letter.attachment =
      Attachment{file_name(report->name, now, ".pdf"), "application/pdf", std::move(*pdf)};
  return out;
}

Result<MadeReport, ReportTrouble> make_members(const ReportTools& tools, store::Sql& sql,
                                               const ReportSchedule& schedule, const access::Access& reader,
                                               UtcTime now) {
  if (!tools.portfolios || !tools.workbook)
    return unexpected(
        ReportTrouble{ReportFault::failed, kept(FaultCode::report_failed, {"no portfolios here"}), true});
  portfolio::Portfolio meant;
  std::vector<portfolio::ListMember> listed;
  if (schedule.portfolio == kEverything) {
    meant.form = portfolio::Form::filter;
  } else {
    auto found = sql.read([&](Connection& connection) {
      auto one = portfolio::portfolio(connection, reader, schedule.portfolio);
      if (one && one->form == portfolio::Form::list)
        listed = portfolio::list_members(connection, schedule.portfolio);
      return one;
    });
    if (!found) return hidden();
    meant = std::move(*found);
  }
  score::PortfolioAnswer answer;
  {
    const auto view = tools.portfolios->view();
    const portfolio::Seen seen(*view, reader);
    answer =
        portfolio::figures_of(*view, portfolio::members_of(*view, seen, meant, listed), seen.authority());
  }
  auto book = tools.workbook(reader, schedule.portfolio, schedule.language);
  if (!book) return hidden();
  if (auto large = too_large(book->size())) return unexpected(std::move(*large));
  const auto name =
      meant.name.empty() ? text("report_mail.everything", language_named(schedule.language)) : meant.name;
  MadeReport out{members_letter(answer, name, schedule, tools.public_address), std::nullopt,
                 std::string(score::method_id)};
  if (answer.figures) out.score_cp = answer.figures->median_cp;
  out.letter.attachment = Attachment{file_name(name, now, ".xlsx"), std::string(kWorkbook), std::move(*book)};
  return out;
}

}  // namespace

Letter board_letter(const BoardReport& report, const ReportSchedule& schedule, std::string_view address) {
  Lines lines(schedule, address);
  Letter out;
  const bool rated = report.grade != "U";
  out.subject = rated ? lines.say("subject_board", report.name, lines.score(report.score_cp), report.grade)
                      : lines.say("subject_unrated", report.name);
  lines.add(report.name);
  lines.gap();
  lines.add(rated ? lines.say("score", lines.score(report.score_cp), report.grade, lines.score(report.low_cp),
                              lines.score(report.high_cp), lines.share(report.coverage))
                  : lines.say("unrated", lines.share(report.coverage)));
  lines.add_change(report.score_cp, report.method);
  if (!report.with_findings) {
    lines.add(lines.say("overdue_hidden"));
  } else if (report.late_total == 0) {
    lines.add(lines.say("overdue_none"));
  } else {
    lines.add(lines.say("overdue", report.late_total, report.serious_overdue));
  }
  lines.gap();
  lines.add(lines.say(report.pages == 1 ? "attached_one" : "attached_five", lines.day(report.measured)));
  lines.add_end("/virksomhet/" + report.organisation + "/ledelse");
  out.body = std::move(lines).body();
  return out;
}

Letter members_letter(const score::PortfolioAnswer& answer, std::string_view name,
                      const ReportSchedule& schedule, std::string_view address) {
  Lines lines(schedule, address);
  Letter out;
  out.subject = lines.say("subject_members", name, answer.members);
  lines.add(std::string(name));
  lines.gap();
  if (answer.figures) {
    const auto& figures = *answer.figures;
    lines.add(lines.say("median", lines.score(figures.median_cp), lines.score(figures.p25_cp),
                        lines.score(figures.p75_cp), figures.rated, answer.members,
                        lines.share(figures.mean_coverage)));
    lines.add_change(figures.median_cp, score::method_id);
    if (figures.median_overdue_days) lines.add(lines.say("median_overdue", *figures.median_overdue_days));
  } else {
    lines.add(lines.say(answer.suppressed ? "few" : "nobody", answer.members));
  }
  lines.gap();
  lines.add(lines.say("attached_table"));
  lines.add_end("/portefolje/" + schedule.portfolio);
  out.body = std::move(lines).body();
  return out;
}

Result<MadeReport, ReportTrouble> make_report(const ReportTools& tools, store::Sql& sql,
                                              const ReportSchedule& schedule, const access::Access& reader,
                                              UtcTime now) {
  return schedule.what == ReportKind::board ? make_board(tools, sql, schedule, reader, now)
                                            : make_members(tools, sql, schedule, reader, now);
}

}  // namespace utsyn::report
