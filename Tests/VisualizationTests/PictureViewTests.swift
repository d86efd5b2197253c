import Foundation
import Statistics
import TestSupport
import Testing
import Visualization

@Suite("Views of pictures")
struct PictureViewTests {
  static let all: [ViewTransforms] = [
    .none, .jitter, .rotation, .scaling, .padding, .lucid, .crops(), ViewTransforms.lucid.scaled(toSide: 32),
  ]

  static func views(
    _ transforms: ViewTransforms, _ extent: (Int, Int), channels: Int = 1, view: (Int, Int)? = nil, count: Int
  ) -> [PictureView] {
    var stream = RandomStream(seed: 6, purpose: .pictureView)
    return (0..<count).map { _ in
      PictureView(
        transforms, channels: channels, height: extent.0, width: extent.1, viewHeight: view?.0, viewWidth: view?.1,
        stream: &stream)
    }
  }

  static func seen(_ view: PictureView, _ picture: [Float]) -> [Float] {
    var values = [Float](repeating: -1, count: view.channels * view.viewHeight * view.viewWidth)
    view.apply(picture, into: &values)
    return values
  }

  @Test("no transforms leave every bit")
  func identity() {
    var random = SeededRandom(1)
    for (height, width) in [(1, 1), (5, 8), (9, 4)] {
      let picture = random.floats(3 * height * width)
      let view = Self.views(.none, (height, width), channels: 3, count: 1)[0]
      #expect(Self.seen(view, picture) == picture)
    }
  }

  @Test("the adjoint is exact: ⟨A x, y⟩ − ⟨A 0, y⟩ = ⟨x, Aᵀ y⟩", arguments: all)
  func adjoint(transforms: ViewTransforms) {
    var random = SeededRandom(2)
    for (extent, other) in [((32, 32), (32, 32)), ((20, 31), (27, 19)), ((9, 40), (48, 50)), ((1, 7), (3, 3))] {
      for view in Self.views(transforms, extent, channels: 3, view: other, count: 10) {
        let x = random.floats(3 * extent.0 * extent.1), y = random.floats(3 * other.0 * other.1)
        let moved = Self.seen(view, x), origin = Self.seen(view, x.map { _ in 0 })
        let start = random.floats(x.count)
        var pulled = start
        view.adjoint(y, into: &pulled)
        var left = 0.0, right = 0.0
        for place in y.indices { left += (Double(moved[place]) - Double(origin[place])) * Double(y[place]) }
        for place in x.indices { right += (Double(pulled[place]) - Double(start[place])) * Double(x[place]) }
        #expect(abs(left - right) < 1e-3, "\(extent) to \(other)")
      }
    }
  }

  @Test("a slope is read off exactly where the place says, and ½ outside", arguments: all)
  func slope(transforms: ViewTransforms) {
    let (height, width) = (30, 41)
    let picture = (0..<height * width).map { Float($0 / width) * 0.02 - Float($0 % width) * 0.01 }
    var inside = 0
    for view in Self.views(transforms, (height, width), view: (36, 28), count: 12) {
      let values = Self.seen(view, picture)
      for pixel in values.indices {
        let (row, column) = view.place(row: pixel / 28, column: pixel % 28)
        if row >= 0 && column >= 0 && row <= Double(height - 1) && column <= Double(width - 1) {
          inside += 1
          #expect(abs(Double(values[pixel]) - (0.02 * row - 0.01 * column)) < 1e-5)
        } else if row <= -1 || column <= -1 || row >= Double(height) || column >= Double(width) {
          #expect(values[pixel] == 0.5)
        }
      }
    }
    #expect(inside > 1000)
  }

  @Test("jitter moves by whole pixels, all of −4…4, without a blur")
  func jitter() {
    var random = SeededRandom(4)
    let picture = random.floats(40 * 40)
    var shifts = Set<[Int]>(), single = Set<Int>()
    for view in Self.views(.jitter, (40, 40), count: 400) {
      let (row, column) = view.place(row: 0, column: 0)
      #expect(row == row.rounded() && column == column.rounded())
      let (down, across) = (Int(row), Int(column))
      shifts.insert([down, across])
      single.formUnion([down, across])
      let values = Self.seen(view, picture)
      for y in 5..<35 {
        for x in 5..<35 { #expect(values[y * 40 + x] == picture[(y + down) * 40 + x + across]) }
      }
    }
    #expect(single == Set(-4...4))
    #expect(shifts.count > 75)
  }

  @Test("scaling and rotation have lucid's values and keep the middle")
  func scalingAndRotation() {
    var factors = Set<Int>(), angles: [Int: Int] = [:]
    for (transforms, isScaling) in [(ViewTransforms.scaling, true), (.rotation, false)] {
      for view in Self.views(transforms, (33, 33), count: 2600) {
        let middle = view.place(row: 16, column: 16), next = view.place(row: 17, column: 16)
        #expect(abs(middle.row - 16) < 1e-9 && abs(middle.column - 16) < 1e-9)
        let (down, across) = (next.row - middle.row, next.column - middle.column)
        let factor = 1 / hypot(down, across), angle = atan2(across, down) * 180 / Double.pi
        #expect(isScaling || abs(factor - 1) < 1e-9)
        #expect(!isScaling || abs(angle) < 1e-9)
        if isScaling {
          factors.insert(Int((factor * 1000).rounded()))
        } else {
          angles[Int(angle.rounded()), default: 0] += 1
        }
      }
    }
    #expect(factors == Set((0..<11).map { 900 + 20 * $0 }))
    #expect(Set(angles.keys) == Set(-10...10))
    #expect(abs(Double(angles[0] ?? 0) - 600) < 100)
  }

  @Test("the first jitter is in pixels of the picture, the second in those of the scaled and turned one")
  func order() {
    for (transforms, places) in [
      (ViewTransforms(jitter: 4, scaleFactors: [2], rotations: [90]), [-2, -1, 0, 1, 2]),
      (ViewTransforms(scaleFactors: [2], rotations: [90], finalJitter: 4), [-1, -0.5, 0, 0.5, 1]),
    ] {
      var rows = Set<Double>(), columns = Set<Double>()
      for view in Self.views(transforms, (33, 33), count: 200) {
        let middle = view.place(row: 16, column: 16)
        rows.insert((1000 * (middle.row - 16)).rounded() / 1000)
        columns.insert((1000 * (middle.column - 16)).rounded() / 1000)
      }
      #expect(rows.sorted() == places)
      #expect(columns.sorted() == places)
    }
  }

  @Test("padding shows as a frame of ½; at its natural side a picture is seen pixel by pixel")
  func padding() {
    let ones = [Float](repeating: 1, count: 128 * 128)
    let small = Self.seen(Self.views(.padding, (128, 128), count: 1)[0], ones)
    let row = Array(small[64 * 128..<65 * 128])
    // 12 of 152 pixels on each side.
    #expect(row.prefix(9).allSatisfy { $0 == 0.5 } && row.suffix(9).allSatisfy { $0 == 0.5 })
    #expect(row[11..<117].allSatisfy { $0 == 1 })
    #expect(ViewTransforms.padding.naturalSide(128) == 152)
    #expect(ViewTransforms.lucid.naturalSide(128) == 140)
    let natural = Self.views(.padding, (128, 128), view: (152, 152), count: 1)[0]
    let corner = natural.place(row: 12, column: 13)
    #expect(corner.row == 0 && corner.column == 1)
    let values = Self.seen(natural, ones)
    let sum = values.reduce(0, +)
    #expect(sum == Float(128 * 128 + (152 * 152 - 128 * 128) / 2))
  }

  @Test("crops lie inside and have the drawn sizes")
  func crops() {
    var sides: [Double] = [], middles: [Double] = []
    for view in Self.views(.crops(), (64, 64), count: 2000) {
      let first = view.place(row: 0, column: 0), last = view.place(row: 63, column: 63)
      let side = (last.row - first.row) / 63
      for (low, high) in [(first.row, last.row), (first.column, last.column)] {
        #expect(low + 0.5 - side / 2 >= -1e-9 && high + 0.5 + side / 2 <= 64 + 1e-9)
        middles.append((low + high) / 2 / 64 - 31.5 / 64)
      }
      sides.append(side)
    }
    let mean = sides.reduce(0, +) / 2000
    #expect(abs(mean - 0.25) < 0.01)
    let deviation = (sides.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000).squareRoot()
    #expect(abs(deviation - 0.1) < 0.01)
    #expect(abs((middles.reduce(0) { $0 + $1 * $1 } / 4000).squareRoot() - 0.15) < 0.01)
  }

  @Test("pads and jitters shrink with small pictures only")
  func scaled() {
    let small = ViewTransforms.lucid.scaled(toSide: 32)
    #expect(small.padding == 3 && small.jitter == 2 && small.finalJitter == 1)
    let smaller = ViewTransforms.lucid.scaled(toSide: 20)
    #expect(smaller.padding == 2 && smaller.jitter == 1 && smaller.finalJitter == 1)
    #expect(small.scaleFactors == ViewTransforms.lucid.scaleFactors)
    #expect(ViewTransforms.lucid.scaled(toSide: 128) == .lucid)
    #expect(ViewTransforms.lucid.scaled(toSide: 224) == .lucid)
  }

  @Test("the same stream draws the same views")
  func repeatable() {
    #expect(Self.views(.lucid, (50, 60), count: 20) == Self.views(.lucid, (50, 60), count: 20))
    #expect(Set(Self.views(.lucid, (50, 60), count: 20)).count == 20)
  }
}
