"""A removal walk as a good PyTorch user writes it: activations are kept, and only what depends on the removed filter is
recomputed, in eager channels-last PyTorch."""

import random
import time

import torch
import torch.nn.functional as functional

CHAIN = (functional.batch_norm, functional.relu, torch.clamp)


class SuffixCaching:
    def __init__(self, contenders):
        self.module, self.image = contenders.module_last, contenders.image_last
        nodes = list(self.module.graph.nodes)
        self.parameters = {n: getattr(self.module, n.target) for n in nodes if n.op == "get_attr"}
        self.order = [n for n in nodes if n.op == "call_function"]
        self.input = next(n for n in nodes if n.op == "placeholder")
        self.output = next(n for n in nodes if n.op == "output").args[0]
        self.cache = dict(self.parameters) | {self.input: self.image}
        self.removed, self.means = {}, {}
        self.recompute(self.order)
        # Where a filter's output is replaced: behind the batch normalization and the activation of its convolution.
        classifiers = self.classifiers()
        self.sites = [self.site(n) for n in self.order if n.target is functional.conv2d and n not in classifiers]
        self.means = {n: self.cache[n].mean((0, 2, 3)) for n in self.sites}
        self.suffixes = {n: self.dependents(n) for n in self.sites}
        self.filters = [(n, c) for n in self.sites for c in range(self.cache[n].shape[1])]

    def classifiers(self):
        """Convolutions that reach the output with nothing between that mixes channels."""
        found, open_nodes = set(), [self.output]
        while open_nodes:
            node = open_nodes.pop()
            if node.target in (functional.conv2d, functional.linear):
                found.add(node)
            elif node.target is not torch.cat:
                open_nodes += [i for i in node.all_input_nodes if i.op == "call_function"]
        return found

    @staticmethod
    def site(node):
        while len(node.users) == 1 and (user := next(iter(node.users))).target in CHAIN:
            node = user
            if node.target is not functional.batch_norm:
                break
        return node

    def dependents(self, site):
        reached = {site}
        for node in self.order:
            if any(i in reached for i in node.all_input_nodes):
                reached.add(node)
        return [n for n in self.order if n in reached and n is not site]

    def recompute(self, nodes):
        cache = self.cache
        for node in nodes:
            value = node.target(*[cache[a] if isinstance(a, torch.fx.Node)
                                  else [cache[n] for n in a] if isinstance(a, list)
                                  else a for a in node.args])
            if removed := self.removed.get(node):
                channels = torch.tensor(sorted(removed))
                value[:, channels] = self.means[node][channels].view(1, -1, 1, 1)
            cache[node] = value

    def jump(self, removed):
        """Sets the coalition by a full pass."""
        self.removed = {}
        for site, channel in removed:
            self.removed.setdefault(site, set()).add(channel)
        self.recompute(self.order)

    def remove(self, site, channel):
        self.removed.setdefault(site, set()).add(channel)
        self.cache[site][:, channel] = self.means[site][channel]
        self.recompute(self.suffixes[site])

    def error(self):
        """Largest difference of the cached logits from those of a full pass, in units of the largest."""
        found = self.cache[self.output].clone()
        self.recompute(self.order)
        return float((found - self.cache[self.output]).abs().max() / found.abs().max())

    def time(self, windows, steps, seed):
        """Mean milliseconds a step over a sample of a walk's steps, stratified over the walk and the filters."""
        generator = random.Random(seed)
        total, count = 0.0, windows * steps
        strata = generator.sample(range(count), count)
        for window in range(windows):
            now = []
            for stratum in strata[window * steps:(window + 1) * steps]:
                place = int((stratum + generator.random()) / count * len(self.filters))
                now.append(self.filters[min(place, len(self.filters) - 1)])
            others = [f for f in self.filters if f not in now]
            generator.shuffle(others)
            self.jump(others[:int((window + generator.random()) / windows * len(others))])
            start = time.perf_counter()
            for site, channel in now:
                self.remove(site, channel)
            total += time.perf_counter() - start
        return total / count * 1e3
