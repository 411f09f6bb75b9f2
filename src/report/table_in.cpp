#include "report/table_in.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>

#include "base/text.h"
#include "report/unzip.h"

// After the standard library: the header is C-like and wants nothing.
#include <pugixml.hpp>

namespace utsyn::report {
namespace {

// Windows-1252 0x80 to 0x9F, as Unicode; 0 where there is no character.
constexpr std::uint16_t kWindows[] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xC0U | code >> 6U));
    out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  } else {
    out.push_back(static_cast<char>(0xE0U | code >> 12U));
    out.push_back(static_cast<char>(0x80U | (code >> 6U & 0x3FU)));
    out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
  }
}

std::string from_windows(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const std::uint32_t code = byte >= 0x80 && byte < 0xA0 ? kWindows[byte - 0x80U] : byte;
    append_utf8(out, code == 0 ? '?' : code);
  }
  return out;
}

// Of the three, the one the first line (quoted parts left out) has most of.
char separator_of(std::string_view text) {
  std::size_t counts[3] = {};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    counts[0] += c == ';' ? 1 : 0;
    counts[1] += c == ',' ? 1 : 0;
    counts[2] += c == '\t' ? 1 : 0;
  }
  const auto most = std::max_element(std::begin(counts), std::end(counts));
  return ";,\t"[most - std::begin(counts)];
}

void shorten(Table& table) {
  while (!table.empty() &&
         std::ranges::all_of(table.back(), [](const auto& cell) { return trim(cell).empty(); }))
    table.pop_back();
}

// "B12" -> 1; nothing for what is no cell's name.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  std::size_t letters = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A') + 1;
    if (++letters > 3) return std::nullopt;
  }
  if (letters == 0) return std::nullopt;
  return column - 1;
}

// Numbers are kept as text, only the exponent is written out: 7.1771E5 -> 717710.
std::string number_text(std::string_view text) {
  if (text.find_first_of("Ee") == std::string_view::npos) return std::string(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::abs(value) > 9e15 ||
      std::trunc(value) != value)
    return std::string(text);
  return std::to_string(static_cast<std::int64_t>(value));
}

// A document takes far more memory than its text when it is nothing but tags.
constexpr std::ptrdiff_t kMostTags = 4'000'000;
constexpr std::size_t kMostCells = 3'000'000;

bool parse(pugi::xml_document& document, const std::string& xml) {
  // Entities of a DTD are not read by this parser, and so cannot grow.
  return static_cast<bool>(document.load_buffer(
      xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_auto));
}

// The local name: parts may be written with any prefix.
std::string_view local(const char* name) {
  std::string_view text(name);
  const auto colon = text.find(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}
pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  for (auto node : parent.children()) {
    if (node.type() == pugi::node_element && local(node.name()) == name) return node;
  }
  return {};
}
std::string attribute(const pugi::xml_node& node, std::string_view name) {
  for (auto one : node.attributes()) {
    if (local(one.name()) == name) return one.value();
  }
  return {};
}
std::string text_in(const pugi::xml_node& node) {
  std::string out;
  for (auto inner : node.children()) {
    if (inner.type() == pugi::node_pcdata || inner.type() == pugi::node_cdata) out += inner.value();
    if (out.size() > kMostCellBytes) break;
  }
  return out;
}
// <t>, or runs of <r><t>; phonetic hints (<rPh>) are no part of it.
std::string rich_text(const pugi::xml_node& node) {
  std::string out;
  for (auto inner : node.children()) {
    if (local(inner.name()) == "t") out += text_in(inner);
    if (local(inner.name()) == "r") out += text_in(child(inner, "t"));
    if (out.size() > kMostCellBytes) break;
  }
  return out;
}

class Workbook {
 public:
  explicit Workbook(Unzip& zip) : zip_(zip) {}

  Result<Table, TableError> table() {
    auto sheet = sheet_path();
    if (!sheet) return unexpected(sheet.error());
    if (auto error = read_texts()) return unexpected(*error);
    return read_sheet(*sheet);
  }

 private:
  Result<bool, TableError> load(pugi::xml_document& document, const std::string& part) {
    auto xml = zip_.part(part);
    if (!xml) return unexpected(xml.error());
    if (!*xml) return false;
    if (std::ranges::count_if(**xml, [](char c) { return c == '<' || c == '='; }) > kMostTags)
      return unexpected(TableError::too_large);
    if (!parse(document, **xml)) return unexpected(TableError::broken_xml);
    return true;
  }

  Result<std::string, TableError> sheet_path() {
    pugi::xml_document book;
    const auto loaded = load(book, "xl/workbook.xml");
    if (!loaded) return unexpected(loaded.error());
    if (!*loaded) return unexpected(TableError::not_a_table);
    std::string id;
    for (auto sheet : child(child(book, "workbook"), "sheets").children()) {
      if (local(sheet.name()) != "sheet") continue;
      const auto state = attribute(sheet, "state");
      if (state == "hidden" || state == "veryHidden") continue;
      // r:id, and not sheetId.
      for (auto one : sheet.attributes()) {
        if (std::string_view(one.name()).ends_with(":id")) id = one.value();
      }
      break;
    }
    if (id.empty()) return unexpected(TableError::no_sheet);
    pugi::xml_document links;
    const auto linked = load(links, "xl/_rels/workbook.xml.rels");
    if (!linked) return unexpected(linked.error());
    for (auto link : child(links, "Relationships").children()) {
      if (attribute(link, "Id") != id) continue;
      const auto target = attribute(link, "Target");
      return target.starts_with('/') ? target.substr(1) : "xl/" + target;
    }
    return unexpected(TableError::no_sheet);
  }

  std::optional<TableError> read_texts() {
    pugi::xml_document document;
    const auto loaded = load(document, "xl/sharedStrings.xml");
    if (!loaded) return loaded.error();
    for (auto item : child(document, "sst").children()) {
      if (local(item.name()) != "si") continue;
      if (texts_.size() == kMostSharedTexts) return TableError::too_many_texts;
      texts_.push_back(rich_text(item));
      if (texts_.back().size() > kMostCellBytes) return TableError::cell_too_long;
    }
    return std::nullopt;
  }

  std::string value_of(const pugi::xml_node& cell) const {
    const auto type = attribute(cell, "t");
    if (type == "inlineStr") return rich_text(child(cell, "is"));
    auto value = text_in(child(cell, "v"));
    if (type == "s") {
      const auto index = parse_uint(trim(value));
      return index && *index < texts_.size() ? texts_[static_cast<std::size_t>(*index)] : std::string();
    }
    if (type == "e") return {};
    if (type == "str") return value;
    return number_text(trim(value));
  }

  Result<Table, TableError> read_sheet(const std::string& path) {
    pugi::xml_document document;
    const auto loaded = load(document, path);
    if (!loaded) return unexpected(loaded.error());
    if (!*loaded) return unexpected(TableError::no_sheet);
    Table out;
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (auto row : child(child(document, "worksheet"), "sheetData").children()) {
      if (local(row.name()) != "row") continue;
      // Rows that are empty may be left out of the file; their numbers tell.
      if (const auto number = parse_uint(attribute(row, "r")); number && *number > out.size() + 1) {
        if (*number > kMostTableRows) return unexpected(TableError::too_many_rows);
        out.resize(static_cast<std::size_t>(*number) - 1);
      }
      if (out.size() == kMostTableRows) return unexpected(TableError::too_many_rows);
      auto& cells = out.emplace_back();
      for (auto cell : row.children()) {
        if (local(cell.name()) != "c") continue;
        const auto column = column_of(attribute(cell, "r")).value_or(cells.size());
        auto value = value_of(cell);
        if (value.size() > kMostCellBytes) return unexpected(TableError::cell_too_long);
        if (value.empty()) continue;  // formatted, with nothing in it
        if (column >= kMostTableColumns) return unexpected(TableError::too_many_columns);
        // A text that is shared is written once and may be shown a million times.
        bytes += value.size();
        if (bytes > 2 * kMostUnzipped) return unexpected(TableError::too_large);
        if (cells.size() <= column) {
          count += column + 1 - cells.size();
          if (count > kMostCells) return unexpected(TableError::too_large);
          cells.resize(column + 1);
        }
        cells[column] = valid_utf8(value) ? std::move(value) : printable(value, kMostCellBytes);
      }
    }
    shorten(out);
    if (out.empty()) return unexpected(TableError::empty);
    return out;
  }

  Unzip& zip_;
  std::vector<std::string> texts_;
};

}  // namespace

Result<Table, TableError> read_csv(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.find('\0') != std::string_view::npos) return unexpected(TableError::not_a_table);
  std::string decoded;
  if (!valid_utf8(bytes)) {
    decoded = from_windows(bytes);
    bytes = decoded;
  }
  std::size_t line_offset = 0;
  char separator = separator_of(bytes);
  if (bytes.size() >= 5 && istarts_with(bytes, "sep=")) {
    separator = bytes[4];
    const auto end = bytes.find('\n');
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
    line_offset = 1;  // rows keep the numbers that the file's lines have
  }

  Table out(line_offset);
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false;
  std::size_t count = 0;
  bool any = false;  // something of the present row has been read
  std::optional<TableError> error;
  const auto end_cell = [&] {
    if (row.size() == kMostTableColumns) error = TableError::too_many_columns;
    if (++count > kMostCells) error = TableError::too_large;
    row.push_back(std::move(cell));
    cell.clear();
  };
  const auto end_row = [&] {
    end_cell();
    if (out.size() == kMostTableRows) error = TableError::too_many_rows;
    if (row.size() == 1 && row[0].empty()) row.clear();
    out.push_back(std::move(row));
    row.clear();
    any = false;
  };
  for (std::size_t i = 0; i < bytes.size() && !error; ++i) {
    const char c = bytes[i];
    if (quoted) {
      if (c != '"') {
        cell.push_back(c);
      } else if (i + 1 < bytes.size() && bytes[i + 1] == '"') {
        cell.push_back('"');
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty()) {
      quoted = true;
      any = true;
    } else if (c == separator) {
      end_cell();
      any = true;
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') ++i;
      end_row();
    } else {
      cell.push_back(c);
      any = true;
    }
    if (cell.size() > kMostCellBytes) error = TableError::cell_too_long;
  }
  if (!error && quoted) error = TableError::open_quote;
  if (!error && any) end_row();
  if (error) return unexpected(*error);
  shorten(out);
  if (out.empty()) return unexpected(TableError::empty);
  return out;
}

Result<Table, TableError> read_xlsx(std::string_view bytes) {
  if (bytes.empty()) return unexpected(TableError::empty);
  Unzip zip(bytes);
  if (!zip.open()) return unexpected(TableError::broken_zip);
  return Workbook(zip).table();
}

Result<Table, TableError> read_table(std::string_view bytes) {
  if (bytes.starts_with("PK\x03\x04")) return read_xlsx(bytes);
  return read_csv(bytes);
}

}  // namespace utsyn::report
