// utsyn report: the board report of an organisation as a file, out of what is stored. Whoever may read the
// store may read it all, so nothing is left out.
#include <cstdio>
#include <fstream>

#include "app/options.h"
#include "base/text.h"
#include "portfolio/portfolios.h"
#include "report/board_report_facts.h"
#include "report/pdf.h"
#include "store/existing.h"

namespace utsyn::app {
namespace {

// "80", "80.5", "80,5": hundredths.
std::optional<std::int64_t> points_named(std::string_view text) {
  const auto dot = text.find_first_of(".,");
  const auto whole = parse_uint(text.substr(0, dot));
  if (!whole || *whole > 100) return std::nullopt;
  std::uint64_t part = 0;
  if (dot != std::string_view::npos) {
    const auto digits = text.substr(dot + 1);
    const auto parsed = parse_uint(digits);
    if (!parsed || digits.empty() || digits.size() > 2) return std::nullopt;
    part = digits.size() == 1 ? *parsed * 10 : *parsed;
  }
  const auto cp = static_cast<std::int64_t>(*whole * 100 + part);
  return cp > 10'000 ? std::nullopt : std::optional(cp);
}

access::Access everything() {
  access::Access access;
  access.actor = {"command-line", ""};
  access.role = access::Role::administrator;
  access.everywhere = access::Detail::evidence;
  return access;
}

}  // namespace

int report(const Options& options) {
  const bool pdf = options.out_file.ends_with(".pdf");
  if (!pdf && options.out_file != "-" && !options.out_file.ends_with(".html"))
    return refuse({"--out '" + printable(options.out_file, 200) + "' ends neither in .pdf nor in .html", 2});
  utsyn::report::BoardReportWishes wishes;
  wishes.pages = options.pages;
  wishes.language = language_of(options);
  wishes.exemption = options.exemption;
  wishes.public_address = options.public_address;
  if (!options.target.empty()) {
    wishes.target_cp = points_named(options.target);
    if (!wishes.target_cp) return refuse({"--target is a score from 0 to 100, such as 80 or 80.5", 2});
  }
  const auto where = options.db.empty() ? default_store_path() : options.db;
  if (where == "none")
    return refuse({"a report is made of what is stored: give --db PATH or postgresql://...", 2});
  const auto sql = store::open_current(where);
  if (!sql) return refuse({sql.error().message, 1});

  const auto reader = everything();
  const UtcTime now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto id = (*sql)->read([&](store::Connection& connection) -> std::optional<std::string> {
    const auto row =
        connection.first("SELECT id FROM organisation WHERE (id = ?1 OR number = ?1) AND removed IS NULL",
                         {options.organisation});
    return row ? std::optional(row->text(0)) : std::nullopt;
  });
  if (!id)
    return refuse(
        {"there is no organisation '" + printable(options.organisation, 100) + "' in the register", 1});
  std::vector<utsyn::report::BoardReport::Peers> peers;
  {
    portfolio::Portfolios portfolios(*sql);
    const auto view = portfolios.view();
    peers = utsyn::report::report_peers(*view, reader, *id, now);
  }
  const auto made = (*sql)->read([&](store::Connection& connection) {
    return utsyn::report::board_report_of(connection, reader, *id, wishes, peers, now);
  });
  if (!made || !made->scored) return refuse({"there is no score yet: measure " + *id + " first", 1});

  auto content = utsyn::report::board_report_html(*made);
  if (options.out_file == "-") {
    std::fwrite(content.data(), 1, content.size(), stdout);
    return 0;
  }
  if (pdf) {
    auto drawn = utsyn::report::pdf_of(content);
    if (!drawn) return refuse({"no PDF was made: " + drawn.error().message, 1});
    content = std::move(*drawn);
  }
  std::ofstream file(options.out_file, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) return refuse({"'" + printable(options.out_file, 300) + "' cannot be written", 1});
  return 0;
}

}  // namespace utsyn::app
