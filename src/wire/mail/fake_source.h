// An AnswerSource filled by hand, for tests of walks over names.
#pragma once

#include <map>
#include <utility>

#include "wire/dns/lookup.h"
#include "wire/dns/records.h"

namespace utsyn::wire {

class FakeSource : public AnswerSource {
 public:
  FakeSource& txt(std::string name, const std::vector<std::string>& values) {
    Answer answer{AnswerStatus::found, {}};
    for (const auto& value : values) answer.values.push_back(txt_text(value));
    return set(std::move(name), RecordType::txt, std::move(answer));
  }
  FakeSource& found(std::string name, RecordType type, std::vector<std::string> values) {
    return set(std::move(name), type, {AnswerStatus::found, std::move(values)});
  }
  FakeSource& status(std::string name, RecordType type, AnswerStatus status) {
    return set(std::move(name), type, {status, {}});
  }
  // What names that were not filled in answer.
  FakeSource& otherwise(AnswerStatus status) {
    otherwise_ = status;
    return *this;
  }
  Answer answer(std::string_view name, RecordType type) const override {
    const auto known = answers_.find({std::string(name), type});
    return known == answers_.end() ? Answer{otherwise_, {}} : known->second;
  }

 private:
  FakeSource& set(std::string name, RecordType type, Answer answer) {
    answers_[{std::move(name), type}] = std::move(answer);
    return *this;
  }
  std::map<std::pair<std::string, RecordType>, Answer> answers_;
  AnswerStatus otherwise_ = AnswerStatus::missing;
};

}  // namespace utsyn::wire
