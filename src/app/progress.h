// A progress line on standard error while a run is under way: hosts, connections and time left. Only on a
// terminal.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace utsyn::app {

class ProgressLine {
 public:
  struct State {
    int done = 0;
    int all = 0;
    std::int64_t connections = 0;
  };
  using Words =
      std::function<std::string(const State&, int seconds_left)>;  // seconds_left < 0: not known yet
  // Shows nothing when `show` is false.
  ProgressLine(bool show, std::function<State()> state, Words words);
  ~ProgressLine();  // wipes the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace utsyn::app
