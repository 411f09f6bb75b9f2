utsyn_bench(save_bench USES utsyn_store SMOKE ${CMAKE_CURRENT_BINARY_DIR}/save_bench.db 20)
