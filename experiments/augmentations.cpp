// SPDX-License-Identifier: Apache-2.0
#include "experiments/augmentation.h"

namespace revisit {

std::unique_ptr<Augmentation> makeCrop();
std::unique_ptr<Augmentation> makeFlip();
std::unique_ptr<Augmentation> makeRotate90();
std::unique_ptr<Augmentation> makeBrightness();
std::unique_ptr<Augmentation> makeContrast();
std::unique_ptr<Augmentation> makeJitter();
std::unique_ptr<Augmentation> makeGrey();
std::unique_ptr<Augmentation> makeBlur();
std::unique_ptr<Augmentation> makeNoise();

const std::vector<Entry<Augmentation>>& augmentations()
{
    static const std::vector<Entry<Augmentation>> list = {
        {"crop", makeCrop},         {"flip", makeFlip},     {"rotate90", makeRotate90}, {"brightness", makeBrightness},
        {"contrast", makeContrast}, {"jitter", makeJitter}, {"grey", makeGrey},         {"blur", makeBlur},
        {"noise", makeNoise},
    };
    return list;
}

void Augmentation::checkOrder(double low, double high, const std::string& path, const char* lowName,
                              const char* highName)
{
    const auto key = path + "." + lowName;
    if (low > high) throw Error(key + ": is above " + highName + "; make it smaller or " + highName + " larger", key);
}

} // namespace revisit
