utsyn_bench(enumerate USES utsyn_probe utsyn_wire_tls SMOKE --hosts 100 --at-once 100 --port 18443 --rounds 2)
