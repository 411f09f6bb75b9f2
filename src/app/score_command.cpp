// utsyn score | change | portfolio: documents in, answers out; no network, no store, no clock.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "app/options.h"
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

}  // namespace

int score(const Options& options, std::string_view calculation) {
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
