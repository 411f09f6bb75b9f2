#include "report/table_out.h"

#include <fmt/format.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "base/text.h"
#include "followup/working_days.h"
#include "portfolio/csv.h"
#include "report/document.h"

namespace utsyn::report {
namespace {

constexpr std::size_t kMostTextBytes = 32'000;  // a cell of a sheet holds 32,767 characters

std::string words(std::string_view key, Language language) {
  return text("reports." + std::string(key), language);
}

std::string hundredths_text(Hundredths hundredths, bool comma) {
  const auto size = std::abs(hundredths.value);
  return fmt::format("{}{}{}{:02}", hundredths.value < 0 ? "-" : "", size / 100, comma ? ',' : '.',
                     size % 100);
}

// A sheet takes no control characters but tab and line feed, and a cell has an end.
std::string sheet_text(std::string_view given) {
  std::string out;
  for (const char c : given) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 || c == '\t' || c == '\n') out += c;
  }
  if (!valid_utf8(out)) out = printable(out, kMostTextBytes);
  if (out.size() > kMostTextBytes) {
    auto end = kMostTextBytes;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
    out += "…";
  }
  return out;
}

std::string last_of(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

struct Formats {
  lxw_format* head = nullptr;
  lxw_format* whole = nullptr;
  lxw_format* decimal = nullptr;
  lxw_format* time = nullptr;
  lxw_format* date = nullptr;
  lxw_format* label = nullptr;
  lxw_format* wrapped = nullptr;
};

// Days since 1899-12-30, which is how a sheet counts.
double serial_of(UtcTime time) { return static_cast<double>(to_unix(time)) / 86'400.0 + 25'569.0; }

void write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const TableCell& cell,
                const Formats& formats, Language language) {
  if (const auto* given = std::get_if<std::string>(&cell)) {
    if (!given->empty()) worksheet_write_string(sheet, row, column, sheet_text(*given).c_str(), nullptr);
  } else if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
    worksheet_write_number(sheet, row, column, static_cast<double>(*whole), formats.whole);
  } else if (const auto* hundredths = std::get_if<Hundredths>(&cell)) {
    worksheet_write_number(sheet, row, column, static_cast<double>(hundredths->value) / 100.0,
                           formats.decimal);
  } else if (const auto* time = std::get_if<UtcTime>(&cell)) {
    worksheet_write_number(sheet, row, column, serial_of(*time), formats.time);
  } else if (const auto* date = std::get_if<std::chrono::year_month_day>(&cell)) {
    worksheet_write_number(sheet, row, column, serial_of(std::chrono::sys_days{*date}), formats.date);
  } else if (const auto* truth = std::get_if<bool>(&cell)) {
    worksheet_write_string(sheet, row, column, words(*truth ? "yes" : "no", language).c_str(), nullptr);
  }
}

// The file of a temporary folder that is gone at once: only the open file is left.
class Place {
 public:
  Place() {
    auto name = (std::filesystem::temp_directory_path() / "utsyn-table-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary folder can be made for the table");
    folder_ = name;
    file_ = name + "/table.xlsx";
  }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  const std::string& folder() const { return folder_; }
  const std::string& file() const { return file_; }

 private:
  std::string folder_;
  std::string file_;
};

}  // namespace

std::string csv_head(const OutTable& table, const CsvForm& form) {
  std::vector<std::string> titles;
  titles.reserve(table.columns.size());
  for (const auto& column : table.columns) titles.push_back(column.title);
  return (form.byte_order_mark ? std::string(portfolio::kByteOrderMark) : std::string()) +
         portfolio::csv_line(titles, form.separator);
}

std::string csv_row(const TableRow& row, const CsvForm& form, Language language) {
  std::vector<std::string> fields;
  fields.reserve(row.size());
  for (const auto& cell : row) {
    if (const auto* given = std::get_if<std::string>(&cell))
      fields.push_back(*given);
    else if (const auto* whole = std::get_if<std::int64_t>(&cell))
      fields.push_back(std::to_string(*whole));
    else if (const auto* hundredths = std::get_if<Hundredths>(&cell))
      fields.push_back(hundredths_text(*hundredths, form.decimal_comma));
    else if (const auto* time = std::get_if<UtcTime>(&cell))
      fields.push_back(format_time(*time));
    else if (const auto* date = std::get_if<std::chrono::year_month_day>(&cell))
      fields.push_back(followup::format_date(*date));
    else if (const auto* truth = std::get_if<bool>(&cell))
      fields.push_back(words(*truth ? "yes" : "no", language));
    else
      fields.emplace_back();
  }
  return portfolio::csv_line(fields, form.separator);
}

std::function<std::string()> csv_pieces(OutTable table, CsvForm form) {
  return [table = std::move(table), form, begun = false, ended = false]() mutable {
    std::string out;
    if (!begun) {
      begun = true;
      out = csv_head(table, form);
    }
    if (ended) return out;
    const auto rows = table.next();
    ended = rows.empty();
    for (const auto& row : rows) out += csv_row(row, form, table.language);
    return out;
  };
}

std::string Workbook::piece(std::size_t most) {
  std::string out(most, '\0');
  out.resize(std::fread(out.data(), 1, most, file_.get()));
  return out;
}

Workbook write_workbook(const OutTable& table, UtcTime made, std::size_t most_rows) {
  const Place place;
  auto folder = place.folder();
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;  // rows go to the folder as they come
  options.tmpdir = folder.data();
  // When the table fails midway it is closed all the same: nothing else ends the temporary file of its rows.
  std::unique_ptr<lxw_workbook, lxw_error (*)(lxw_workbook*)> owned(
      workbook_new_opt(place.file().c_str(), &options), workbook_close);
  auto* const book = owned.get();
  if (book == nullptr) throw std::runtime_error("no workbook can be made");
  Formats formats;
  formats.head = workbook_add_format(book);
  format_set_bold(formats.head);
  format_set_bottom(formats.head, LXW_BORDER_THIN);
  formats.whole = workbook_add_format(book);
  format_set_num_format(formats.whole, "0");
  formats.decimal = workbook_add_format(book);
  format_set_num_format(formats.decimal, "0.00");
  formats.time = workbook_add_format(book);
  format_set_num_format(formats.time, "yyyy-mm-dd hh:mm:ss");
  formats.date = workbook_add_format(book);
  format_set_num_format(formats.date, "yyyy-mm-dd");
  formats.label = workbook_add_format(book);
  format_set_bold(formats.label);
  format_set_align(formats.label, LXW_ALIGN_VERTICAL_TOP);
  formats.wrapped = workbook_add_format(book);
  format_set_text_wrap(formats.wrapped);

  auto* sheet = workbook_add_worksheet(book, words("t_sheet", table.language).c_str());
  lxw_col_t column = 0;
  for (const auto& one : table.columns) {
    worksheet_set_column(sheet, column, column, one.width, nullptr);
    ++column;
  }
  column = 0;
  for (const auto& one : table.columns)
    worksheet_write_string(sheet, 0, column++, one.title.c_str(), formats.head);
  worksheet_freeze_panes(sheet, 1, 0);
  std::size_t written = 0;
  bool cut_off = false;
  for (auto rows = table.next(); !rows.empty() && !cut_off; rows = table.next()) {
    for (const auto& row : rows) {
      if (written == most_rows) {
        cut_off = true;
        break;
      }
      ++written;
      lxw_col_t at = 0;
      for (const auto& cell : row)
        write_cell(sheet, static_cast<lxw_row_t>(written), at++, cell, formats, table.language);
    }
    if (cut_off) break;
  }
  if (!table.columns.empty())
    worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(written),
                         static_cast<lxw_col_t>(table.columns.size() - 1));

  auto* origin = workbook_add_worksheet(book, words("t_origin", table.language).c_str());
  worksheet_set_column(origin, 0, 0, 18, nullptr);
  worksheet_set_column(origin, 1, 1, 90, nullptr);
  lxw_row_t line = 0;
  const auto say = [&](const std::string& label, const std::string& value) {
    worksheet_write_string(origin, line, 0, label.c_str(), formats.label);
    worksheet_write_string(origin, line++, 1, sheet_text(value).c_str(), formats.wrapped);
  };
  say(words("t_what", table.language), table.title);
  for (const auto& [label, value] : table.origin) say(label, value);
  worksheet_write_string(origin, line, 0, words("t_rows", table.language).c_str(), formats.label);
  worksheet_write_number(origin, line++, 1, static_cast<double>(written), formats.whole);
  say(words("t_made", table.language), format_time(made) + ". " + words("t_time_note", table.language));
  say(words("t_method", table.language), words("t_method_text", table.language));
  say(words("t_program", table.language), "Utsyn " + std::string(kVersion));
  if (cut_off) say("", words("t_cut", table.language));

  auto title = sheet_text(table.title);
  std::string program = "Utsyn";
  lxw_doc_properties properties{};
  properties.title = title.data();
  properties.author = program.data();
  properties.created = static_cast<time_t>(to_unix(made));
  workbook_set_properties(book, &properties);
  if (const auto error = workbook_close(owned.release()); error != LXW_NO_ERROR)
    throw std::runtime_error(
        fmt::format("the workbook cannot be written: {} ({})", lxw_strerror(error), last_of(place.file())));
  auto* file = std::fopen(place.file().c_str(), "rbe");
  if (file == nullptr) throw std::runtime_error("the workbook cannot be read");
  return Workbook(file);
}

}  // namespace utsyn::report
