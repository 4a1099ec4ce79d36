// Four synthetic subgraphs, our gateway and the stock one: see gateway/bench.
import '../../gateway/bench/nested-query';
