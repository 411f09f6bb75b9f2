// utsyn score | change | portfolio: documents in, answers out; no network, no store, no clock. And score
// verify, which recomputes a signed receipt.
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "api/json_body.h"
#include "app/options.h"
#include "base/text.h"
#include "followup/receipt.h"
#include "score/json.h"

namespace utsyn::app {
namespace {

// One line without its feed; false at the end. A line over the bound is cut there and `too_long` says so, and
// the rest of it is read past, so that a hostile line costs no more memory than the bound.
bool read_line(std::istream& in, std::string& line, bool& too_long) {
  line.clear();
  too_long = false;
  for (int c = in.get(); c != std::char_traits<char>::eof(); c = in.get()) {
    if (c == '\n') return true;
    if (line.size() < score::max_document_bytes) {
      line += static_cast<char>(c);
    } else {
      too_long = true;
    }
  }
  return !line.empty();
}

int answer_lines(std::istream& in, std::string_view calculation) {
  std::string line;
  bool too_long = false;
  bool all_good = true;
  for (std::size_t number = 1; read_line(in, line, too_long); ++number) {
    std::optional<score::Answer> answer;
    if (too_long) {
      answer = score::refuse_line(number, "the line is longer than the bound");
    } else if (calculation == "score") {
      answer = score::answer_score_line(line, number);
    } else if (calculation == "change") {
      answer = score::answer_change_line(line, number);
    } else {
      answer = score::answer_portfolio_line(line, number);
    }
    if (!answer) continue;
    all_good = all_good && answer->ok;
    std::fwrite(answer->text.data(), 1, answer->text.size(), stdout);
    std::fputc('\n', stdout);
  }
  return all_good ? 0 : 1;
}

int answer_one(std::istream& in, std::string_view calculation) {
  std::ostringstream text;
  text << in.rdbuf();
  const auto document = std::move(text).str();
  const auto answer = calculation == "score"    ? score::answer_score(document)
                      : calculation == "change" ? score::answer_change(document)
                                                : score::answer_portfolio(document);
  if (!answer)
    return refuse(
        {"reading the document: " + answer.error() + ". See docs/methodology.md for the format.", 1});
  std::printf("%s\n", answer->c_str());
  return 0;
}

Result<std::string, Refusal> read_file(const std::string& path, std::string_view what) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return unexpected(Refusal{
        "reading " + std::string(what) + ": cannot open " + path + ". Check the path and its permissions.",
        1});
  std::string text;
  for (char c = 0; file.get(c);) {
    if (text.size() == score::max_document_bytes)
      return unexpected(
          Refusal{"reading " + std::string(what) + ": " + path + " is longer than the bound.", 1});
    text += c;
  }
  return text;
}

int verify_receipt(const Options& options) {
  const auto text = read_file(options.receipt_file, "the receipt");
  if (!text) return refuse(text.error());
  const auto document = api::parse_json(*text);
  if (!document) return refuse({"reading the receipt: it is not JSON: " + document.error() + ".", 1});
  std::optional<followup::PublicKeys> keys;
  if (!options.receipt_key_file.empty()) {
    const auto key_text = read_file(options.receipt_key_file, "the keys");
    if (!key_text) return refuse(key_text.error());
    auto read = followup::read_public_keys(*key_text);
    if (!read)
      return refuse({"reading the keys: " + options.receipt_key_file + ": " + read.error() +
                         ". Fetch them from the service, at /.well-known/utsyn-receipt-keys.json.",
                     1});
    keys = std::move(*read);
  }
  const auto check = followup::check_receipt(*document, keys);
  if (!check.good) {
    std::string message = "the receipt is refused:";
    for (const auto& wrong : check.wrong) message += "\n  " + wrong;
    return refuse({message, 1});
  }
  std::printf("The receipt is good: %s (%s), %lld.%02lld %s, measured %s.\nSigned by the key %s.\n",
              check.name.c_str(), check.organisation.c_str(), static_cast<long long>(check.score_cp / 100),
              static_cast<long long>(check.score_cp % 100), check.grade.c_str(), check.measured.c_str(),
              check.key.c_str());
  if (!check.key_given)
    std::printf(
        "The key was taken from the receipt: it is whole, but who wrote it is not shown. Give --key FILE "
        "with the "
        "keys\nthat the issuer publishes at /.well-known/utsyn-receipt-keys.json.\n");
  if (std::fflush(stdout) != 0) return refuse({"writing the answer: standard output is closed or full", 1});
  return 0;
}

}  // namespace

int score(const Options& options, std::string_view calculation) {
  if (calculation == "score" && options.input_file == "verify") {
    if (options.receipt_file.empty())
      return refuse(
          {"score verify: name the receipt, as in: utsyn score verify receipt.json --key keys.json", 2});
    return verify_receipt(options);
  }
  if (!options.receipt_file.empty())
    return refuse({"score takes one document; a second one belongs to: utsyn score verify RECEIPT", 2});
  std::ifstream file;
  std::istream* in = &std::cin;
  if (options.input_file != "-") {
    file.open(options.input_file, std::ios::binary);
    if (!file)
      return refuse({"reading the document: cannot open " + options.input_file +
                         ". Check the path and its permissions.",
                     1});
    in = &file;
  }
  std::ios::sync_with_stdio(false);
  const int status = options.jsonl ? answer_lines(*in, calculation) : answer_one(*in, calculation);
  if (std::fflush(stdout) != 0) return refuse({"writing the answer: standard output is closed or full", 1});
  return status;
}

}  // namespace utsyn::app
