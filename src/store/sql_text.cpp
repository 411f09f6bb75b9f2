#include "store/sql_text.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "store/error.h"

namespace utsyn::store {
namespace {

enum class Part { word, number, text, blank, comment, sign };
struct Token {
  Part part = Part::sign;
  std::string_view text;
};

bool begins_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes one token off the front; `text` is not empty. An unclosed string runs to the end: the database says
// so.
Token take(std::string_view& sql) {
  const auto out = [&](Part part, std::size_t size) {
    const Token token{part, sql.substr(0, size)};
    sql.remove_prefix(token.text.size());
    return token;
  };
  const auto until = [&](auto&& end_of, std::size_t from) {
    std::size_t at = from;
    while (at < sql.size() && !end_of(sql[at])) ++at;
    return at;
  };
  const char first = sql.front();
  if (first == '\'' || first == '"') {
    // A doubled quote inside reads as two strings side by side, which comes to the same here.
    return out(Part::text, until([&](char c) { return c == first; }, 1) + 1);
  }
  if (sql.starts_with("--")) return out(Part::comment, until([](char c) { return c == '\n'; }, 2));
  if (sql.starts_with("/*")) {
    const auto end = sql.find("*/", 2);
    return out(Part::comment, end == std::string_view::npos ? sql.size() : end + 2);
  }
  const auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  if (blank(first)) return out(Part::blank, until([&](char c) { return !blank(c); }, 1));
  if (begins_word(first))
    return out(Part::word, until([](char c) { return !begins_word(c) && !is_digit(c) && c != '$'; }, 1));
  if (is_digit(first)) return out(Part::number, until([](char c) { return !is_digit(c); }, 1));
  return out(Part::sign, 1);
}

std::string translated(std::string_view sql, bool schema) {
  std::string out;
  out.reserve(sql.size() + 64);
  while (!sql.empty()) {
    const auto token = take(sql);
    if (token.part == Part::sign && token.text == "?") {
      if (sql.empty() || !is_digit(sql.front()))
        throw Failure({ErrorKind::failed, "a statement has a parameter without a number"});
      out += '$';
    } else if (token.part == Part::word && iequals(token.text, "INTEGER")) {
      out += "BIGINT";
    } else if (schema && token.part == Part::word && iequals(token.text, "TEXT")) {
      out += "TEXT COLLATE \"C\"";
    } else {
      out += token.text;
    }
  }
  return out;
}

// The words of a statement with its punctuation, without comments and blanks.
std::vector<std::string_view> words_of(std::string_view sql, std::size_t most) {
  std::vector<std::string_view> out;
  while (!sql.empty() && out.size() < most) {
    const auto token = take(sql);
    if (token.part != Part::blank && token.part != Part::comment) out.push_back(token.text);
  }
  return out;
}

}  // namespace

std::string to_postgresql(std::string_view sql) { return translated(sql, false); }

std::size_t parameters_of(std::string_view sql) {
  std::size_t most = 0;
  for (bool after_mark = false; !sql.empty();) {
    const auto token = take(sql);
    if (after_mark && token.part == Part::number)
      most = std::max(most, static_cast<std::size_t>(parse_uint(token.text).value_or(0)));
    after_mark = token.part == Part::sign && token.text == "?";
  }
  return most;
}

std::string schema_to_postgresql(std::string_view statement) {
  const auto words = words_of(statement, 2);
  const bool defines = words.size() == 2 && iequals(words[1], "TABLE") &&
                       (iequals(words[0], "CREATE") || iequals(words[0], "ALTER"));
  auto out = translated(statement, defines);
  if (!defines || !iequals(words[0], "CREATE")) return out;
  // What stands behind the last parenthesis are SQLite's table options.
  std::size_t last = std::string::npos;
  std::size_t at = 0;
  for (std::string_view rest = out; !rest.empty();) {
    const auto token = take(rest);
    if (token.text == ")") last = at;
    at += token.text.size();
  }
  if (last != std::string::npos) out.resize(last + 1);
  return out;
}

std::vector<SchemaStatement> statements_of(std::string_view sql) {
  std::vector<SchemaStatement> out;
  SchemaStatement now;
  bool empty = true;
  const auto end = [&] {
    if (!empty) out.push_back(std::move(now));
    now = {};
    empty = true;
  };
  while (!sql.empty()) {
    const auto token = take(sql);
    if (token.text == ";") {
      end();
      continue;
    }
    if (token.part == Part::comment) {
      if (empty && token.text.starts_with("-- SQLite only")) now.sqlite_only = true;
      continue;
    }
    if (empty && token.part == Part::blank) continue;
    empty = false;
    now.sql += token.text;
  }
  end();
  return out;
}

void follow_tables(std::string_view migration, std::set<std::string>& tables) {
  for (const auto& statement : statements_of(migration)) {
    const auto words = words_of(statement.sql, 6);
    if (words.size() < 3 || !iequals(words[1], "TABLE")) continue;
    if (iequals(words[0], "CREATE")) tables.insert(lower(words[2]));
    if (iequals(words[0], "DROP")) tables.erase(lower(words[2]));
    if (iequals(words[0], "ALTER") && words.size() == 6 && iequals(words[3], "RENAME") &&
        iequals(words[4], "TO")) {
      tables.erase(lower(words[2]));
      tables.insert(lower(words[5]));
    }
  }
}

}  // namespace utsyn::store
