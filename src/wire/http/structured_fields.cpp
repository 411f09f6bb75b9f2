#include "wire/http/structured_fields.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxFieldBytes = 65536;
constexpr std::size_t kMaxMembers = 1024;

using Type = StructuredItem::Type;

bool small(char c) { return c >= 'a' && c <= 'z'; }
bool alpha(char c) { return small(c) || (c >= 'A' && c <= 'Z'); }

// One pass over the text, as RFC 9651 section 4.2 describes it.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  Result<std::vector<StructuredMember>, StructuredFieldError> dictionary() {
    std::vector<StructuredMember> members;
    skip(" ");
    while (!rest_.empty()) {
      auto key = read_key();
      if (!key) return unexpected(key.error());
      auto member = read_member(std::move(*key));
      if (!member) return unexpected(member.error());
      const auto same =
          std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.key == member->key; });
      if (same != members.end()) {
        *same = std::move(*member);
      } else {
        if (members.size() == kMaxMembers) return unexpected(StructuredFieldError::too_many_members);
        members.push_back(std::move(*member));
      }
      skip(" \t");
      if (rest_.empty()) break;
      if (!take(',')) return unexpected(StructuredFieldError::trailing_text);
      skip(" \t");
      if (rest_.empty()) return unexpected(StructuredFieldError::trailing_comma);
    }
    return members;
  }

 private:
  void skip(std::string_view blanks) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  template <class Predicate>
  std::string_view take_while(Predicate wanted) {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), wanted);
    const auto out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }

  Result<std::string, StructuredFieldError> read_key() {
    if (rest_.empty() || !(small(rest_.front()) || rest_.front() == '*'))
      return unexpected(StructuredFieldError::bad_key);
    return std::string(take_while(
        [](char c) { return small(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*'; }));
  }

  Result<StructuredMember, StructuredFieldError> read_member(std::string key) {
    StructuredMember member{std::move(key), false, {}};
    if (!take('=')) {
      member.items.push_back({Type::boolean, "1"});
    } else if (take('(')) {
      member.inner_list = true;
      while (true) {
        skip(" ");
        if (take(')')) break;
        if (rest_.empty() || member.items.size() == kMaxMembers)
          return unexpected(StructuredFieldError::bad_inner_list);
        auto item = read_bare_item();
        if (!item) return unexpected(item.error());
        member.items.push_back(std::move(*item));
        if (const auto bad = skip_parameters()) return unexpected(*bad);
        if (!rest_.starts_with(' ') && !rest_.starts_with(')'))
          return unexpected(StructuredFieldError::bad_inner_list);
      }
    } else {
      auto item = read_bare_item();
      if (!item) return unexpected(item.error());
      member.items.push_back(std::move(*item));
    }
    if (const auto bad = skip_parameters()) return unexpected(*bad);
    return member;
  }

  std::optional<StructuredFieldError> skip_parameters() {
    while (take(';')) {
      skip(" ");
      if (const auto key = read_key(); !key) return key.error();
      if (!take('=')) continue;
      if (const auto item = read_bare_item(); !item) return item.error();
    }
    return std::nullopt;
  }

  Result<StructuredItem, StructuredFieldError> read_bare_item() {
    if (rest_.empty()) return unexpected(StructuredFieldError::bad_item);
    const char c = rest_.front();
    if (c == '-' || is_digit(c)) return read_number(Type::integer);
    if (c == '"') return read_string(Type::string);
    if (take(':')) return read_bytes();
    if (take('?')) {
      if (take('1')) return StructuredItem{Type::boolean, "1"};
      if (take('0')) return StructuredItem{Type::boolean, "0"};
      return unexpected(StructuredFieldError::bad_item);
    }
    if (take('@')) {
      auto number = read_number(Type::date);
      if (number && number->type != Type::date) return unexpected(StructuredFieldError::bad_number);
      return number;
    }
    if (take('%')) {
      if (!rest_.starts_with('"')) return unexpected(StructuredFieldError::bad_string);
      return read_string(Type::display_string);
    }
    if (alpha(c) || c == '*') {
      return StructuredItem{Type::token, std::string(take_while([](char t) {
                              return alpha(t) || is_digit(t) ||
                                     std::string_view("!#$%&'*+-.^_`|~:/").find(t) != std::string_view::npos;
                            }))};
    }
    return unexpected(StructuredFieldError::bad_item);
  }

  Result<StructuredItem, StructuredFieldError> read_number(Type whole) {
    std::string text;
    if (take('-')) text = "-";
    const auto digits = take_while(is_digit);
    text += digits;
    if (digits.empty() || digits.size() > 15) return unexpected(StructuredFieldError::bad_number);
    if (!take('.')) return StructuredItem{whole, text};
    const auto fraction = take_while(is_digit);
    if (digits.size() > 12 || fraction.empty() || fraction.size() > 3)
      return unexpected(StructuredFieldError::bad_number);
    return StructuredItem{Type::decimal, text.append(".").append(fraction)};
  }

  Result<StructuredItem, StructuredFieldError> read_string(Type type) {
    take('"');
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return StructuredItem{type, text};
      if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) break;
      if (c == '\\' && type == Type::string) {
        if (!rest_.starts_with('"') && !rest_.starts_with('\\')) break;
        text += rest_.front();
        rest_.remove_prefix(1);
      } else if (c == '%' && type == Type::display_string) {
        const auto hex = rest_.substr(0, 2);
        const auto byte = from_hex(hex);
        if (hex.size() != 2 || !byte || lower(hex) != hex) break;
        text += static_cast<char>(byte->front());
        rest_.remove_prefix(2);
      } else {
        text += c;
      }
    }
    return unexpected(StructuredFieldError::bad_string);
  }

  Result<StructuredItem, StructuredFieldError> read_bytes() {
    const auto body =
        take_while([](char c) { return alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '='; });
    if (!take(':')) return unexpected(StructuredFieldError::bad_item);
    return StructuredItem{Type::bytes, std::string(body)};
  }

  std::string_view rest_;
};

}  // namespace

std::string_view describe(StructuredFieldError error) {
  switch (error) {
    case StructuredFieldError::too_long:
      return "the field is too long";
    case StructuredFieldError::too_many_members:
      return "the field has too many members";
    case StructuredFieldError::bad_key:
      return "a member does not begin with a lower-case key";
    case StructuredFieldError::bad_item:
      return "a value is of no known type";
    case StructuredFieldError::bad_number:
      return "a number is out of range or badly written";
    case StructuredFieldError::bad_string:
      return "a string is not closed, or has characters it cannot have";
    case StructuredFieldError::bad_inner_list:
      return "a list in parentheses is not closed, or its parts are not apart";
    case StructuredFieldError::trailing_comma:
      return "the field ends with a comma";
    case StructuredFieldError::trailing_text:
      return "something other than a comma follows a member";
  }
  return "the field cannot be read";
}

Result<std::vector<StructuredMember>, StructuredFieldError> parse_structured_dictionary(
    std::string_view value) {
  if (value.size() > kMaxFieldBytes) return unexpected(StructuredFieldError::too_long);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return FieldReader(value).dictionary();
}

}  // namespace utsyn::wire
