// SPDX-License-Identifier: Apache-2.0
#include "experiments/pickle.h"
#include "datasets/base/error.h"
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <unordered_map>

namespace revisit {
namespace {

constexpr std::size_t mostValues = 2'000'000, longestName = 1000, deepest = 16, mostDimensions = 16;

struct Value {
    /// Other: what weights do not depend on, and whatever is put into it.
    enum Kind { Other, Number, Text, Tuple, Dict, Global, Storage, Tensor };
    Kind kind;
    std::int64_t number = 0;
    std::string text;
    std::vector<Value*> items; // a dict's keys and values in turn
    std::unique_ptr<PickledTensor> tensor;
};

std::optional<c10::ScalarType> storageType(const std::string& global)
{
    static const std::map<std::string, c10::ScalarType> types = {
        {"torch.DoubleStorage", c10::kDouble}, {"torch.FloatStorage", c10::kFloat},
        {"torch.HalfStorage", c10::kHalf},     {"torch.BFloat16Storage", c10::kBFloat16},
        {"torch.LongStorage", c10::kLong},     {"torch.IntStorage", c10::kInt},
        {"torch.ShortStorage", c10::kShort},   {"torch.CharStorage", c10::kChar},
        {"torch.ByteStorage", c10::kByte},     {"torch.BoolStorage", c10::kBool},
    };
    const auto found = types.find(global);
    return found == types.end() ? std::nullopt : std::optional(found->second);
}

// What checkpoints keep beside their weights; it is passed over.
const std::set<std::string> inert = {"argparse.Namespace",
                                     "torch.Size",
                                     "torch.device",
                                     "collections.defaultdict",
                                     "numpy.dtype",
                                     "numpy.core.multiarray.scalar",
                                     "numpy._core.multiarray.scalar",
                                     "_codecs.encode"};

const std::string dictGlobal = "collections.OrderedDict", tensorGlobal = "torch._utils._rebuild_tensor_v2",
                  parameterGlobal = "torch._utils._rebuild_parameter";

// Pickle's stack machine, without the instructions that would need Python. Its values live as long as it.
class Machine {
public:
    Machine(std::string_view bytes, const std::string& name) : m_bytes(bytes), m_name(name) {}
    const Value& run()
    {
        while (true) {
            const auto code = static_cast<std::uint8_t>(take(1)[0]);
            if (code == '.') return *pop();
            if (!literal(code) && !container(code) && !memo(code)) {
                char hex[8];
                std::snprintf(hex, sizeof hex, "0x%02x", code);
                refuse(std::string("its data.pkl has the instruction ") + hex + ", which no state dict needs");
            }
        }
    }

private:
    std::string_view m_bytes;
    const std::string& m_name;
    std::size_t m_at = 0;
    std::deque<Value> m_values;
    std::vector<Value*> m_stack;
    std::vector<std::size_t> m_marks; // sizes of the stack
    std::unordered_map<std::uint64_t, Value*> m_memo;

    [[noreturn]] void refuse(const std::string& what) const { throw Error(m_name + ": " + what); }
    [[noreturn]] void damaged() const { refuse("its data.pkl is damaged near byte " + std::to_string(m_at)); }

    std::string_view take(std::uint64_t count)
    {
        if (count > m_bytes.size() - m_at) damaged();
        m_at += count;
        return m_bytes.substr(m_at - count, count);
    }
    std::uint64_t number(std::size_t bytes) // little-endian
    {
        std::uint64_t all = 0;
        const auto taken = take(bytes);
        std::memcpy(&all, taken.data(), bytes);
        return all;
    }
    std::string line()
    {
        const auto length = m_bytes.substr(m_at, longestName).find('\n');
        if (length == std::string_view::npos) damaged();
        const std::string text(take(length));
        take(1);
        return text;
    }

    Value& push(Value::Kind kind)
    {
        if (m_values.size() == mostValues)
            refuse("its data.pkl has more than " + std::to_string(mostValues) + " values");
        m_stack.push_back(&m_values.emplace_back(Value{kind, 0, {}, {}, nullptr}));
        return *m_stack.back();
    }
    Value* top()
    {
        if (m_stack.size() == (m_marks.empty() ? 0 : m_marks.back())) damaged();
        return m_stack.back();
    }
    Value* pop()
    {
        auto* value = top();
        m_stack.pop_back();
        return value;
    }
    std::vector<Value*> popToMark()
    {
        if (m_marks.empty()) damaged();
        const auto from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
        std::vector<Value*> items(from, m_stack.end());
        m_stack.erase(from, m_stack.end());
        m_marks.pop_back();
        return items;
    }
    std::vector<Value*> pop(std::size_t count)
    {
        std::vector<Value*> items(count);
        for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
        return items;
    }

    bool literal(std::uint8_t code)
    {
        const auto text = [&](std::size_t width, bool kept = true) {
            const auto taken = take(number(width));
            if (kept)
                push(Value::Text).text = taken;
            else
                push(Value::Other);
        };
        switch (code) {
        case 0x80: take(1); return true; // PROTO
        case 0x95: take(8); return true; // FRAME
        case 'N': push(Value::Other); return true;
        case 0x88:
        case 0x89: push(Value::Number).number = code == 0x88; return true; // NEWTRUE, NEWFALSE
        case 'J': push(Value::Number).number = static_cast<std::int32_t>(number(4)); return true;
        case 'K': push(Value::Number).number = static_cast<std::int64_t>(number(1)); return true;
        case 'M': push(Value::Number).number = static_cast<std::int64_t>(number(2)); return true;
        case 0x8a: longNumber(number(1)); return true;      // LONG1
        case 'G': take(8), push(Value::Other); return true; // BINFLOAT
        case 'X':
        case 'T': text(4); return true;
        case 'U':
        case 0x8c: text(1); return true; // SHORT_BINUNICODE
        case 0x8d: text(8); return true; // BINUNICODE8
        case 'B': text(4, false); return true;
        case 'C': text(1, false); return true;
        case 0x8e: text(8, false); return true; // BINBYTES8
        default: return false;
        }
    }
    void longNumber(std::size_t bytes)
    {
        if (bytes > 8) {
            take(bytes);
            push(Value::Other);
            return;
        }
        const auto shift = 64 - 8 * bytes;
        const auto raw = number(bytes);
        push(Value::Number).number = bytes == 0 ? 0 : static_cast<std::int64_t>(raw << shift) >> shift;
    }

    bool container(std::uint8_t code)
    {
        switch (code) {
        case '(': m_marks.push_back(m_stack.size()); return true;
        case '0': pop(); return true;
        case '1': popToMark(); return true;
        case '}': push(Value::Dict); return true;
        case ']':
        case 0x8f: push(Value::Other); return true; // EMPTY_LIST, EMPTY_SET
        case ')': push(Value::Tuple); return true;
        case 't': tuple(popToMark()); return true;
        case 0x85:
        case 0x86:
        case 0x87: tuple(pop(code - 0x84u)); return true; // TUPLE1 to 3
        case 'a': pop(), expect(top(), Value::Other); return true;
        case 'e':
        case 0x90: popToMark(), expect(top(), Value::Other); return true; // APPENDS, ADDITEMS
        case 's': setItems(pop(2)); return true;
        case 'u': setItems(popToMark()); return true;
        case 'c': {
            const auto module = line();
            global(module, line());
            return true;
        }
        case 0x93: { // STACK_GLOBAL
            const auto names = pop(2);
            expect(names[0], Value::Text), expect(names[1], Value::Text);
            global(names[0]->text.substr(0, longestName), names[1]->text.substr(0, longestName));
            return true;
        }
        case 'R':
        case 0x81: call(pop(2)); return true; // REDUCE, NEWOBJ
        case 'b':
            pop();
            if (top()->kind != Value::Dict) expect(top(), Value::Other);
            return true;
        case 'Q': storage(pop()); return true;
        default: return false;
        }
    }
    bool memo(std::uint8_t code)
    {
        const auto get = [&](std::uint64_t key) {
            const auto found = m_memo.find(key);
            if (found == m_memo.end()) damaged();
            m_stack.push_back(found->second);
        };
        switch (code) {
        case 'q': m_memo[number(1)] = top(); return true;
        case 'r': m_memo[number(4)] = top(); return true;
        case 0x94: m_memo[m_memo.size()] = top(); return true; // MEMOIZE
        case 'h': get(number(1)); return true;
        case 'j': get(number(4)); return true;
        default: return false;
        }
    }

    void expect(const Value* value, Value::Kind kind) const
    {
        if (value->kind != kind) damaged();
    }
    void tuple(std::vector<Value*> items) { push(Value::Tuple).items = std::move(items); }
    void setItems(const std::vector<Value*>& items)
    {
        auto* to = top();
        if (items.size() % 2 != 0) damaged();
        if (to->kind == Value::Other) return;
        expect(to, Value::Dict);
        to->items.insert(to->items.end(), items.begin(), items.end());
    }
    void global(const std::string& module, const std::string& of)
    {
        const auto name = module + "." + of;
        if (name != dictGlobal && name != tensorGlobal && name != parameterGlobal && !storageType(name) &&
            !inert.contains(name))
            refuse("asks for " + name +
                   ", which has no place among weights; nothing of the file was executed. Where you trust it, load it "
                   "in Python and save its state_dict alone");
        push(Value::Global).text = name;
    }
    void call(const std::vector<Value*>& parts)
    {
        const auto &what = *parts[0], &arguments = *parts[1];
        expect(&what, Value::Global), expect(&arguments, Value::Tuple);
        const auto& items = arguments.items;
        if (what.text == dictGlobal) {
            if (!items.empty()) damaged();
            push(Value::Dict);
        } else if (what.text == tensorGlobal) {
            if (items.size() < 4) damaged();
            expect(items[0], Value::Storage), expect(items[1], Value::Number);
            auto tensor = std::make_unique<PickledTensor>(*items[0]->tensor);
            tensor->offset = items[1]->number;
            tensor->shape = sizes(items[2]), tensor->strides = sizes(items[3]);
            push(Value::Tensor).tensor = std::move(tensor);
        } else if (what.text == parameterGlobal) {
            if (items.empty()) damaged();
            expect(items[0], Value::Tensor);
            m_stack.push_back(items[0]);
        } else if (inert.contains(what.text)) {
            push(Value::Other);
        } else {
            damaged();
        }
    }
    std::vector<std::int64_t> sizes(const Value* value) const
    {
        expect(value, Value::Tuple);
        if (value->items.size() > mostDimensions) refuse("has a tensor of more than 16 dimensions");
        std::vector<std::int64_t> all;
        for (const auto* item : value->items) {
            expect(item, Value::Number);
            all.push_back(item->number);
        }
        return all;
    }
    // ("storage", type, key, device, values)
    void storage(const Value* id)
    {
        expect(id, Value::Tuple);
        const auto& items = id->items;
        if (items.size() != 5) damaged();
        expect(items[0], Value::Text), expect(items[1], Value::Global), expect(items[2], Value::Text);
        expect(items[4], Value::Number);
        const auto type = storageType(items[1]->text);
        if (items[0]->text != "storage" || !type || items[2]->text.size() > longestName || items[4]->number < 0)
            damaged();
        auto& made = push(Value::Storage);
        made.tensor = std::make_unique<PickledTensor>();
        made.tensor->storage = items[2]->text;
        made.tensor->type = *type;
        made.tensor->values = items[4]->number;
    }
};

// Whether the window is inside its storage and shows no value of it twice: a small file would else unfold.
bool fits(const PickledTensor& tensor)
{
    if (tensor.offset < 0 || tensor.offset > tensor.values || tensor.shape.size() != tensor.strides.size())
        return false;
    std::int64_t count = 1, last = tensor.offset, reach = 0;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const auto side = tensor.shape[i], stride = tensor.strides[i];
        if (side < 0 || stride < 0 || __builtin_mul_overflow(count, side, &count)) return false;
        if (side == 0) continue;
        if (__builtin_mul_overflow(side - 1, stride, &reach) || __builtin_add_overflow(last, reach, &last))
            return false;
    }
    return count == 0 || (count <= tensor.values && last < tensor.values);
}

std::string text(std::span<const std::int64_t> shape)
{
    std::ostringstream out;
    for (std::size_t i = 0; i < shape.size(); ++i) out << (i > 0 ? ", " : "") << shape[i];
    return "[" + out.str() + "]";
}

class Collector {
public:
    explicit Collector(const std::string& name) : m_name(name) {}
    void collect(const Value& dict, const std::string& prefix)
    {
        if (m_path.contains(&dict)) throw Error(m_name + ": has a dict that contains itself");
        if (m_path.size() == deepest) throw Error(m_name + ": its dicts are nested more than 16 deep");
        if (!m_seen.insert(&dict).second) return; // by another name too
        m_path.insert(&dict);
        for (std::size_t i = 0; i < dict.items.size(); i += 2) {
            const auto &key = *dict.items[i], &value = *dict.items[i + 1];
            if (value.kind != Value::Dict && value.kind != Value::Tensor) continue;
            if (key.kind != Value::Text && key.kind != Value::Number) continue;
            const auto name =
                prefix + (key.kind == Value::Text ? key.text.substr(0, longestName + 1) : std::to_string(key.number));
            if (name.size() > longestName) throw Error(m_name + ": has a name of more than 1,000 letters");
            if (value.kind == Value::Dict)
                collect(value, name + ".");
            else
                add(name, *value.tensor);
        }
        m_path.erase(&dict);
    }
    std::map<std::string, PickledTensor> found;

private:
    void add(const std::string& name, const PickledTensor& tensor)
    {
        if (!fits(tensor))
            throw Error(m_name + ": " + name + " says that it has the shape " + text(tensor.shape) +
                        ", which its storage of " + std::to_string(tensor.values) + " values does not hold");
        if (!found.emplace(name, tensor).second) throw Error(m_name + ": has two tensors named " + name);
    }
    const std::string& m_name;
    std::set<const Value*> m_path, m_seen;
};

} // namespace

std::map<std::string, PickledTensor> readPickle(std::string_view bytes, const std::string& name)
{
    Machine machine(bytes, name);
    const auto& root = machine.run();
    Collector collector(name);
    if (root.kind == Value::Dict) collector.collect(root, "");
    if (collector.found.empty())
        throw Error(name + ": holds no dict of tensors; save a model's state_dict() with torch.save");
    return std::move(collector.found);
}

} // namespace revisit
