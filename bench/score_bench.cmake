add_executable(score_bench ${PROJECT_SOURCE_DIR}/bench/score_bench.cpp)
utsyn_target_defaults(score_bench)
target_link_libraries(score_bench PRIVATE utsyn_score)
