#include "footprint/import.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <ranges>
#include <tuple>

#include "base/text.h"
#include "footprint/fold.h"
#include "footprint/index.h"
#include "footprint/organisation_number.h"

namespace utsyn::footprint {
namespace {

using access::Access;
using store::Connection;

// Header names in bokmål, nynorsk and English, folded and without blanks and signs. What Enhetsregisteret and
// SSB call it is among them.
struct Header {
  std::string_view field;
  std::string_view names;  // a blank between
};
constexpr Header kHeaders[] = {
    {"number",
     "number orgnr orgnummer organisasjonsnummer organisasjonsnr organizationnumber organisationnumber "
     "companynumber virksomhetsnummer verksemdsnummer"},
    {"name",
     "name navn namn virksomhet verksemd organisasjon organisation organization kommune kommunenavn "
     "kommunenamn leverandør leverandor leverandørnavn leverandørnamn supplier"},
    {"kind", "kind type slag virksomhetstype verksemdstype"},
    {"form", "form organisasjonsform organisasjonsformkode legalform"},
    {"municipality", "municipality kommunenummer kommunenr municipalitynumber"},
    {"county", "county fylkesnummer fylkesnr countynumber"},
    {"kostra", "kostra kostragruppe kostragruppa kostragroup"},
    {"sector", "sector sektor sektorkode institusjonellsektorkode sectorcode"},
    {"population",
     "population folketall folketal innbyggere innbyggjarar innbyggertall innbyggjartal inhabitants "
     "folkemengde folkemengd folketall2024"},
    {"employees", "employees ansatte tilsette antallansatte talpåtilsette antaltilsette årsverk arsverk"},
    {"language", "language språk sprak målform malform målføre"},
    {"industry", "industry næringskode naringskode næring industrycode"},
    {"parent", "parent overordnet overordnetenhet overordna overordnaeining"},
    {"website", "website hjemmeside heimeside nettsted nettstad nettside web"},
    {"domains", "domains domain domene domener domenenavn domenenamn domainname"},
    {"hosts", "hosts host vert verter vertar vertsnavn vertsnamn hostname"},
    {"customers", "customers customer supplierof kunde kunder kundar leverertil levererertil"},
    {"criticality", "criticality kritikalitet viktighet viktigheit"},
};

// "Org.nr." -> "orgnr"
std::string header_key(std::string_view header) {
  std::string out;
  for (const auto& word : words_of(folded(header))) out += word;
  return out;
}

struct Meaning {
  std::string_view field;
  int rank = 0;  // the plainer name goes before the other: "navn" before "kommune"
};
Meaning meaning_of(std::string_view header) {
  static const auto all = [] {
    std::map<std::string, Meaning, std::less<>> out;
    for (const auto& [field, names] : kHeaders) {
      int rank = 0;
      for (const auto name : split(names, ' ')) out.emplace(folded(name), Meaning{field, ++rank});
    }
    return out;
  }();
  auto key = header_key(header);
  // "folketall_2024": the year is not part of the name.
  if (key.starts_with("folketal")) key.resize(key.find_last_not_of("0123456789") + 1);
  const auto found = all.find(key);
  return found == all.end() ? Meaning{} : found->second;
}

bool is_field(std::string_view name) {
  return std::ranges::any_of(kHeaders, [&](const Header& header) { return header.field == name; });
}

// The kind as people write it.
std::string kind_of(std::string_view cell) {
  const auto key = header_key(cell);
  for (const auto& [kind, names] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"municipality", "municipality kommune kommunar"},
           {"county", "county fylke fylkeskommune"},
           {"state", "state stat statlig statleg departement direktorat"},
           {"supplier", "supplier leverandør leverandor"},
           {"other", "other annet anna andre annen"}}) {
    for (const auto name : split(names, ' ')) {
      if (name == key) return std::string(kind);
    }
  }
  return std::string(cell);
}

bool blank(const std::vector<std::string>& row) {
  return std::ranges::all_of(row, [](const auto& cell) { return trim(cell).empty(); });
}

std::vector<std::string> several(std::string_view cell) {
  std::vector<std::string> out;
  std::string one;
  const auto finish = [&] {
    if (!one.empty()) out.push_back(one);
    one.clear();
  };
  for (const char c : cell) {
    if (c == ' ' || c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t' || c == '|') {
      finish();
    } else {
      one.push_back(c);
    }
  }
  finish();
  return out;
}

// Organisation numbers have spaces inside: only signs and line ends part them.
std::vector<std::string> several_numbers(std::string_view cell) {
  std::vector<std::string> out;
  std::string one;
  for (const char c : std::string(cell) + ";") {
    if (c == ',' || c == ';' || c == '\n' || c == '|') {
      if (!trim(one).empty()) out.emplace_back(trim(one));
      one.clear();
    } else {
      one.push_back(c);
    }
  }
  return out;
}

struct Column {
  std::size_t index;
  std::string header;
  std::string field;
  int rank = 0;
};

class RowReader {
 public:
  RowReader(ImportFile& file, std::span<const Column> columns) : file_(file), columns_(columns) {}

  void read(std::size_t row, const std::vector<std::string>& cells) {
    ImportItem item;
    item.row = row;
    const auto faults_before = file_.faults.size();
    row_ = row;
    for (const auto& column : columns_) {
      if (column.index >= cells.size()) continue;
      const auto cell = trim(cells[column.index]);
      if (!cell.empty()) take(item, column, cell);
    }
    for (auto& fault : tidy(item.details)) {
      auto header = fault.field;
      for (const auto& column : columns_) {
        if (column.field == fault.field) header = column.header;
      }
      note(std::move(header), std::move(fault));
    }
    if (!item.details.number && !item.details.name) note("", {"name", "name-missing", {}});
    if (item.details.number && organisation_number(*item.details.number)) {
      const auto [at, fresh] = numbers_.emplace(*item.details.number, row);
      if (!fresh)
        note(header_of("number"),
             {"number", "number-twice", {shown_number(*item.details.number), std::to_string(at->second)}});
    }
    if (file_.faults.size() == faults_before) file_.items.push_back(std::move(item));
  }

 private:
  void take(ImportItem& item, const Column& column, std::string_view cell) {
    for (const auto& field : text_fields()) {
      if (field.name == column.field)
        item.details.*field.member = column.field == "kind" ? kind_of(cell) : std::string(cell);
    }
    for (const auto& field : number_fields()) {
      if (field.name != column.field) continue;
      const auto count = count_from(cell);
      if (!count) note(column.header, {std::string(field.name), "count-unreadable", {printable(cell, 60)}});
      item.details.*field.member = count;
    }
    if (column.field == "domains") names(item.domains, "domain", column, cell);
    if (column.field == "hosts") names(item.hosts, "host", column, cell);
    if (column.field == "customers") {
      for (const auto& typed : several_numbers(cell)) {
        if (auto number = organisation_number(typed)) {
          item.customers.push_back(std::move(*number));
        } else {
          note(column.header, {"customers", "number", {printable(typed, 60)}});
        }
      }
    }
    if (column.field == "criticality") {
      const auto value = count_from(cell);
      if (value && (*value == 1 || *value == 2 || *value == 4)) {
        item.criticality = *value;
      } else {
        note(column.header, {"criticality", "criticality", {printable(cell, 60)}});
      }
    }
  }
  void names(std::vector<std::string>& into, std::string_view kind, const Column& column,
             std::string_view cell) {
    for (const auto& typed : several(cell)) {
      if (into.size() >= 100) break;
      if (auto name = target_name(kind, typed)) {
        if (std::ranges::find(into, *name) == into.end()) into.push_back(std::move(*name));
      } else {
        note(column.header, {column.field, name.error().code, name.error().values});
      }
    }
  }
  void note(std::string header, Fault fault) {
    if (file_.faults.size() < kMostFaults)
      file_.faults.push_back({row_, std::move(header), std::move(fault)});
  }
  std::string header_of(std::string_view field) const {
    for (const auto& column : columns_) {
      if (column.field == field) return column.header;
    }
    return std::string(field);
  }

  ImportFile& file_;
  std::span<const Column> columns_;
  std::size_t row_ = 0;
  std::map<std::string, std::size_t> numbers_;
};

std::vector<Column> columns_of(const std::vector<std::string>& row,
                               const std::vector<std::pair<std::string, std::string>>& named) {
  std::vector<Column> out;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto header = trim(row[i]);
    auto meaning = meaning_of(header);
    for (const auto& [name, wanted] : named) {
      if (header_key(name) == header_key(header) && is_field(wanted)) meaning = {wanted, 0};
    }
    if (!header.empty())
      out.push_back({i, shown_text(header, 120), std::string(meaning.field), meaning.rank});
  }
  return out;
}

}  // namespace

Number count_from(std::string_view cell) {
  std::string digits;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] == ' ') continue;
    if (cell.substr(i, 2) == "\xC2\xA0") {
      ++i;
    } else if (cell.substr(i, 3) == "\xE2\x80\xAF") {
      i += 2;
    } else if (cell[i] == ',' || cell[i] == '.') {
      // A whole number written with decimals; "15.221" could be either, and is asked back.
      const auto rest = cell.substr(i + 1);
      if (rest.empty() || rest.find_first_not_of('0') != std::string_view::npos || rest.size() == 3)
        return std::nullopt;
      break;
    } else {
      digits.push_back(cell[i]);
    }
  }
  const auto value = parse_uint(digits);
  if (!value || *value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

ImportFile read_rows(Rows rows, const std::vector<std::pair<std::string, std::string>>& named) {
  ImportFile out;
  std::vector<Column> best;
  std::size_t header = 0;
  const auto known = [](const std::vector<Column>& columns) {
    return std::ranges::count_if(columns, [](const Column& column) { return !column.field.empty(); });
  };
  for (std::size_t i = 0; i < rows.size() && i < 10; ++i) {
    auto columns = columns_of(rows[i], named);
    if (known(columns) <= known(best)) continue;
    best = std::move(columns);
    header = i;
  }
  const auto has = [&](std::string_view field) {
    return std::ranges::any_of(best, [&](const Column& column) { return column.field == field; });
  };
  if (!has("number") && !has("name")) {
    out.faults.push_back({1, "", {"", "no-header", {}}});
    return out;
  }
  for (auto& column : best) {
    for (const auto& other : best) {
      if (&other == &column || column.field.empty() || other.field != column.field) continue;
      if (other.rank == column.rank) {
        out.faults.push_back(
            {header + 1, column.header, {column.field, "header-twice", {other.header, column.header}}});
        return out;
      }
      if (other.rank < column.rank) column.field.clear();
    }
    if (column.field.empty()) {
      out.ignored.push_back(column.header);
    } else {
      out.columns.emplace_back(column.header, column.field);
    }
  }
  RowReader reader(out, best);
  for (std::size_t i = header + 1; i < rows.size(); ++i) {
    if (blank(rows[i])) continue;
    if (++out.rows > kMostImportRows) {
      out.faults.push_back({i + 1, "", {"", "too-many-rows", {std::to_string(kMostImportRows)}}});
      return out;
    }
    reader.read(i + 1, rows[i]);
  }
  if (out.rows == 0) out.faults.push_back({header + 1, "", {"", "no-rows", {}}});
  return out;
}

namespace {

// Those of the register that bear the name and can be meant by the row: of the kind that it states, in the
// municipality that it states. Two municipalities may have one name (Herøy in 15 and in 18).
std::optional<std::string> organisation_by_name(Connection& connection, const ImportItem& item,
                                                std::string_view default_kind) {
  const auto& details = item.details;
  // "other" is what those become of whom nobody said anything.
  const std::string_view kind = details.kind              ? std::string_view(*details.kind)
                                : default_kind == "other" ? std::string_view()
                                                          : default_kind;
  struct Namesake {
    std::string id;
    std::string shown;
    bool same_place = false;
    bool removed = false;
  };
  std::vector<Namesake> namesakes;
  for (const auto& row : connection.query(
           "SELECT id, kind, municipality, number, removed FROM organisation WHERE sort_name = ?1 AND name = "
           "?2 AND created IS NOT NULL ORDER BY id LIMIT 1000",
           {sort_key(*details.name), *details.name})) {
    if (!kind.empty() && row.maybe_text(1) != kind) continue;
    const auto municipality = row.maybe_text(2);
    if (municipality && details.municipality && *municipality != *details.municipality) continue;
    namesakes.push_back({row.text(0), row.null(3) ? row.text(0) : shown_number(row.text(3)),
                         municipality == details.municipality, !row.null(4)});
    if (municipality) namesakes.back().shown += " (" + *municipality + ")";
  }
  // What is there goes before what has left, and the same place before one that is unknown.
  const auto prefer = [&](auto better) {
    if (std::ranges::any_of(namesakes, better)) std::erase_if(namesakes, std::not_fn(better));
  };
  prefer([](const Namesake& one) { return !one.removed; });
  if (details.municipality) prefer([](const Namesake& one) { return one.same_place; });
  if (namesakes.empty()) return std::nullopt;
  if (namesakes.size() > 1) {
    std::string all;
    for (const auto& one : namesakes | std::views::take(5)) all += (all.empty() ? "" : ", ") + one.shown;
    if (namesakes.size() > 5) all += ", ...";
    refuse(Refused::Kind::conflict, "name", "name-ambiguous", {*details.name, std::move(all)});
  }
  return std::move(namesakes.front().id);
}

// Which organisation of the register a row is about.
std::optional<std::string> organisation_of(Connection& connection, const ImportItem& item,
                                           std::string_view default_kind) {
  if (item.details.number) {
    if (auto id = id_of_number(connection, *item.details.number)) return id;
  }
  // One that was measured by its domain before it had a number.
  for (const auto& domain : item.domains) {
    const auto rows = connection.query(
        "SELECT o.id FROM target t JOIN organisation o ON o.id = t.organisation WHERE t.name = ?1 AND t.kind "
        "= "
        "'domain' AND o.number IS NULL AND o.created IS NOT NULL ORDER BY o.id LIMIT 2",
        {domain});
    if (rows.size() == 1) return rows[0].text(0);
  }
  if (item.details.number || !item.details.name) return std::nullopt;
  return organisation_by_name(connection, item, default_kind);
}

Details merged(const Details& before, const Details& given) {
  Details out = before;
  for (const auto& field : text_fields()) {
    if (given.*field.member) out.*field.member = given.*field.member;
  }
  for (const auto& field : number_fields()) {
    if (given.*field.member) out.*field.member = given.*field.member;
  }
  for (const auto& field : flag_fields()) {
    if (given.*field.member) out.*field.member = given.*field.member;
  }
  // Of a new municipality follows its county, whatever the old one was.
  if (given.municipality && !given.county) out.county = given.municipality->substr(0, 2);
  return out;
}

std::vector<std::string> members_that_differ(const Details& a, const Details& b) {
  std::vector<std::string> out;
  for (const auto& field : text_fields()) {
    if (a.*field.member != b.*field.member) out.emplace_back(field.name);
  }
  for (const auto& field : number_fields()) {
    if (a.*field.member != b.*field.member) out.emplace_back(field.name);
  }
  for (const auto& field : flag_fields()) {
    if (a.*field.member != b.*field.member) out.emplace_back(field.name);
  }
  return out;
}

// Does it whole or not at all: what it wrote before it was refused is undone.
template <class Work>
void whole(Connection& connection, const Work& work) {
  connection.execute("SAVEPOINT whole");
  try {
    work();
  } catch (const Refused&) {
    connection.execute("ROLLBACK TO SAVEPOINT whole");
    connection.execute("RELEASE SAVEPOINT whole");
    throw;
  }
  connection.execute("RELEASE SAVEPOINT whole");
}

// The row that an organisation was met in first.
using MetIn = std::map<std::string, std::size_t, std::less<>>;

RowReport take_row(Connection& connection, UtcTime now, const Access& access, const ImportItem& item,
                   std::string_view default_kind, const MetIn& met) {
  RowReport report;
  report.row = item.row;
  auto id = organisation_of(connection, item, default_kind);
  // Two rows about one organisation: the second would undo the first, or it is another of the same name.
  if (const auto before = id ? met.find(*id) : met.end(); before != met.end()) {
    refuse(Refused::Kind::conflict, item.details.number ? "number" : "name", "organisation-twice",
           {item.details.name.value_or(*id), std::to_string(before->second)});
  }
  const auto there = id ? find(connection, access, *id) : std::nullopt;
  if (there) {
    const auto after = merged(there->details, item.details);
    report.changes = members_that_differ(there->details, after);
    if (there->removed) report.changes.insert(report.changes.begin(), "restored");
    if (change(connection, now, access, *id, after)) report.outcome = RowOutcome::changed;
    report.name = after.name.value_or("");
  } else {
    auto details = item.details;
    if (!details.kind) details.kind = default_kind;
    id = create(connection, now, access, details);
    report.outcome = RowOutcome::created;
    report.name = details.name.value_or("");
  }
  report.organisation = *id;
  const auto add = [&](std::string_view kind, const std::vector<std::string>& names) {
    for (auto name : names) {
      if (!add_target(connection, now, access, *id, kind, name)) continue;
      report.changes.push_back(std::string(kind) + ":" + name);
      if (report.outcome == RowOutcome::unchanged) report.outcome = RowOutcome::changed;
    }
  };
  add("domain", item.domains);
  add("host", item.hosts);
  return report;
}

void take_links(Connection& connection, UtcTime now, const Access& access, const ImportItem& item,
                RowReport& row, ImportReport& report) {
  for (const auto& number : item.customers) {
    const auto customer = id_of_number(connection, number);
    if (!customer || !find(connection, access, *customer)) {
      report.faults.push_back(
          {item.row, "customers", {"customers", "customer-unknown", {shown_number(number)}}});
      continue;
    }
    const auto before = connection.first(
        "SELECT criticality FROM supply WHERE organisation = ?1 AND supplier = ?2 AND ended IS NULL",
        {*customer, row.organisation});
    if (before && before->number(0) == item.criticality) continue;
    supply(connection, now, access, *customer, row.organisation, std::nullopt, item.criticality, "");
    row.changes.push_back("supplier-of:" + number);
    if (row.outcome == RowOutcome::unchanged) row.outcome = RowOutcome::changed;
  }
}

}  // namespace

ImportReport take_in(Connection& connection, UtcTime now, const Access& access, const ImportFile& file,
                     std::string_view default_kind) {
  ImportReport out;
  out.rows = file.rows;
  out.faults = file.faults;
  std::vector<std::pair<const ImportItem*, RowReport>> taken;
  MetIn met;
  for (const auto& item : file.items) {
    try {
      whole(connection,
            [&] { taken.emplace_back(&item, take_row(connection, now, access, item, default_kind, met)); });
      met.emplace(taken.back().second.organisation, item.row);
    } catch (const Refused& refused) {
      out.faults.push_back({item.row, refused.fault().field, refused.fault()});
    }
  }
  // Customers may stand further down in the same file.
  for (auto& [item, row] : taken) {
    const auto without_links = row;
    try {
      whole(connection, [&] { take_links(connection, now, access, *item, row, out); });
    } catch (const Refused& refused) {
      row = without_links;
      out.faults.push_back({item->row, refused.fault().field, refused.fault()});
    }
    out.created += row.outcome == RowOutcome::created ? 1 : 0;
    out.changed += row.outcome == RowOutcome::changed ? 1 : 0;
    out.unchanged += row.outcome == RowOutcome::unchanged ? 1 : 0;
    out.reports.push_back(std::move(row));
  }
  std::ranges::sort(out.reports, {}, [](const RowReport& row) {
    return std::pair(row.outcome == RowOutcome::unchanged, row.row);
  });
  if (out.reports.size() > kMostFaults) out.reports.resize(kMostFaults);
  std::ranges::sort(out.faults, {}, [](const RowFault& fault) { return std::tie(fault.row, fault.column); });
  if (out.faults.size() > kMostFaults) out.faults.resize(kMostFaults);
  return out;
}

}  // namespace utsyn::footprint
