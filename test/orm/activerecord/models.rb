# The tables of ../world.sql as a user of Rails would have them.
class Person < ActiveRecord::Base
  belongs_to :boss, class_name: "Person", optional: true
  has_many :staff, class_name: "Person", foreign_key: :boss_id
  has_one :profile
  has_many :articles, foreign_key: :author_id
  # a pair is stored once, with the lower key first: either half of a person's friends
  has_and_belongs_to_many :later_friends, class_name: "Person", join_table: "people_people",
    foreign_key: :people_id, association_foreign_key: :related_people_id
  has_and_belongs_to_many :earlier_friends, class_name: "Person", join_table: "people_people",
    foreign_key: :related_people_id, association_foreign_key: :people_id

  # both, by the row function
  def friends
    Person.from("people p, friends(p) j, related_people_id(j) people").where("p.id = ?", id)
  end
end

class Profile < ActiveRecord::Base
  belongs_to :person, optional: true
end

class Article < ActiveRecord::Base
  belongs_to :author, class_name: "Person", optional: true
  has_many :comments, as: :commentable, dependent: :destroy
  has_and_belongs_to_many :tags, join_table: "articles_tags",
    foreign_key: :articles_id, association_foreign_key: :tags_id
  has_and_belongs_to_many :related, class_name: "Article", join_table: "articles_articles",
    foreign_key: :articles_id, association_foreign_key: :related_articles_id
  has_and_belongs_to_many :related_from, class_name: "Article", join_table: "articles_articles",
    foreign_key: :related_articles_id, association_foreign_key: :articles_id
  has_many :blocks, -> { order(:sort) }, foreign_key: :articles_id
end

class Video < ActiveRecord::Base
  has_many :comments, as: :commentable
end

class Tag < ActiveRecord::Base
  has_and_belongs_to_many :articles, join_table: "articles_tags",
    foreign_key: :tags_id, association_foreign_key: :articles_id
end

class Comment < ActiveRecord::Base
  belongs_to :commentable, polymorphic: true, optional: true
end

class Block < ActiveRecord::Base
  self.table_name = "articles_blocks"
  belongs_to :article, foreign_key: :articles_id
  belongs_to :content, polymorphic: true, foreign_type: :collection, foreign_key: :item

  # the junction holds names of tables
  def self.polymorphic_class_for(name)
    name.classify.constantize
  end
end

module Shown
  extend ActiveSupport::Concern

  included do
    has_many :shown_in, class_name: "Block", as: :content, foreign_type: :collection, foreign_key: :item
  end

  class_methods do
    def polymorphic_name
      table_name
    end
  end
end

class Image < ActiveRecord::Base
  include Shown
end

class Quote < ActiveRecord::Base
  include Shown
end

class ArticleList < ActiveRecord::Base
  self.table_name = "article_list"
  self.primary_key = "id"
  belongs_to :author, class_name: "Person", optional: true
  # columns that lead elsewhere
  attr_readonly :author_id_name, :comments, :tags, :blocks, :translations
end

class PersonList < ActiveRecord::Base
  self.table_name = "person_list"
  self.primary_key = "id"
end
